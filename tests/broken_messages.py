"""What becomes of broken messages: `benchmarks/fuzz_ingest.py` with some of its million."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def send_broken(messages: int) -> None:
    """Send so many, and see that none fails, none is lost, and each kind of end is among them."""
    command = [sys.executable, "benchmarks/fuzz_ingest.py", "--payloads", str(messages), "--seed", "7"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, (done.stderr + done.stdout)[-3000:]
    became = dict(re.findall(r"^\| ([^|]+?) +\| +([\d,]+) \|$", done.stdout, re.MULTILINE))
    assert sum(int(count.replace(",", "")) for count in became.values()) == messages
    assert {"in quarantine", "stored", "off duty, counted", "turned away (401)"} <= became.keys()
