"""What the engine does, against a week ago: steps of an hour."""
from cases import Case, steps

EVALUATED, RULES = "1h", ("engine",)
WEEK = 168


def merges(before, now):
    """So many an hour a week ago, and now."""
    return {'vaste_identity_merges_total{instance="a"}': steps((before, WEEK), (now, 6))}


CASES = [
    Case("VasteMergeSurge", "six times last week's", merges(20, 120), "1h", fires={"170h": [{}]}, quiet=("60h",)),
    Case("VasteMergeSurge", "as many as last week", merges(120, 120), "1h", quiet=("60h", "169h", "170h")),
    Case("VasteMergeSurge", "many times few", merges(1, 40), "1h", quiet=("169h", "170h")),
]
