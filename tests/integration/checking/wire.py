"""The messages of proto/, made by protoc into a folder that goes away."""
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROTO = Path(__file__).resolve().parents[3] / "proto"


def _generate():
    out = tempfile.mkdtemp(prefix="vaste-proto-")
    try:
        names = ("event", "kpi", "conversation", "enriched", "alert", "dead_letter", "state", "core")
        subprocess.run(["protoc", f"--proto_path={PROTO}", f"--python_out={out}",
                        *(str(PROTO / f"vaste/v1/{name}.proto") for name in names)], check=True)
        sys.path.insert(0, out)
        from vaste.v1 import alert_pb2, conversation_pb2, core_pb2, dead_letter_pb2, enriched_pb2, event_pb2
        return alert_pb2, conversation_pb2, core_pb2, dead_letter_pb2, enriched_pb2, event_pb2
    finally:
        shutil.rmtree(out, ignore_errors=True)


alert_pb2, conversation_pb2, core_pb2, dead_letter_pb2, enriched_pb2, event_pb2 = _generate()
