"""The benchmarks of locating and of cells run, in small, and their answers are equal there, too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, f"benchmarks/{script}", "--quick", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", [("locate.py", "--only", "shapely"), ("cells.py",)])
def test_it_runs_and_all_answers_are_the_same(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 0, done.stderr
    row = next(line for line in done.stdout.splitlines() if line.startswith("|") and " equal " in line)
    assert [cell.strip() for cell in row.split("|")[3:5]] == ["0 other", "met"]


def test_a_peer_that_is_not_there_is_named() -> None:
    done = run("locate.py", "--only", "nothing")
    assert done.returncode == 2
    assert "nothing" in done.stderr
