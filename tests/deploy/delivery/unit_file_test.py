#!/usr/bin/python3
"""The systemd unit: what systemd's own checks say of it, and what the program relies on."""
import configparser
import re
import shutil

import parts

MOST_EXPOSED = 2.5


def main():
    parts.options(__doc__)
    unit = parts.ROOT / "deploy/systemd/vaste.service"
    if not shutil.which("systemd-analyze"):
        parts.skip("no systemd-analyze here (Debian package systemd)")
    told = parts.run("systemd-analyze", "security", "--offline=yes", "--no-pager", unit)
    exposure = float(re.search(r"Overall exposure level for \S+: ([0-9.]+)", told).group(1))
    print(f"exposure {exposure}, at most {MOST_EXPOSED}")
    if exposure > MOST_EXPOSED:
        raise SystemExit(f"FAILED: exposure {exposure}\n{told}")

    read = configparser.ConfigParser(strict=False, interpolation=None, comment_prefixes=("#", ";"))
    read.optionxform = str
    read.read(unit)
    service = read["Service"]
    expected = {"Type": "notify", "User": "vaste", "StateDirectory": "vaste"}
    wrong = {name: service.get(name) for name, value in expected.items() if service.get(name) != value}
    # serve::kLoopPatience: until then a loop that hangs is not known to hang, and what is fed is fed.
    patience = int(re.search(r"kLoopPatience\{(\d+)\}", (parts.ROOT / "src/serve/health.h").read_text()).group(1)) / 1000
    if int(service["WatchdogSec"]) < 2 * patience * 0.9:
        wrong["WatchdogSec"] = service["WatchdogSec"]
    if wrong:
        raise SystemExit(f"FAILED: {wrong}")


if __name__ == "__main__":
    main()
