"""Five thousand of the million broken messages of `benchmarks/fuzz_ingest.py`: none fails, none is lost."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = 5000


def test_every_broken_message_is_stored_counted_or_in_quarantine_and_none_fails() -> None:
    command = [sys.executable, "benchmarks/fuzz_ingest.py", "--payloads", str(MESSAGES), "--seed", "7"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, (done.stderr + done.stdout)[-3000:]
    became = dict(re.findall(r"^\| ([^|]+?) +\| +([\d,]+) \|$", done.stdout, re.MULTILINE))
    assert sum(int(count.replace(",", "")) for count in became.values()) == MESSAGES
    assert {"in quarantine", "stored", "off duty, counted", "turned away (401)"} <= became.keys()
