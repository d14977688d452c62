"""Making and dividing places in processes of their own, so that each one's CPU and memory are its own.

    python -m planning.alone make NAME FILE
    python -m planning.alone divide CONTENDER BOUND_S FILE...

Each prints a line of JSON a place; a process that uses more CPU than its bound for one place is ended.
"""

from __future__ import annotations

import json
import math
import resource
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core.plan.atomise import make_atoms
from gis_grid.core.plan.borders import borders
from gis_grid.core.plan.limits import Limits
from planning.contenders import CONTENDERS, ours
from planning.instances import chessboard, load, make, save
from planning.quality import Quality, quality
from planning.usage import Usage, cpu_s, measured

if TYPE_CHECKING:
    from collections.abc import Sequence

_HERE: Final = Path(__file__).resolve().parents[1]


@dataclass(slots=True)
class Divided:
    """What a contender made of some places: those it finished, and why it did not finish the others."""

    quality: list[Quality] = field(default_factory=list)
    usage: list[Usage] = field(default_factory=list)
    stopped: str = ""
    used_s: float = 0.0
    """CPU seconds that it had when it was stopped."""

    @property
    def cpu_s(self) -> float:
        """Mean CPU seconds a place."""
        return float(np.mean([each.cpu_s for each in self.usage])) if self.usage else math.nan

    @property
    def peak_mib(self) -> float:
        """Most memory."""
        return max((each.peak_mib for each in self.usage), default=math.nan)

    def alone(self, number: int) -> Divided:
        """Return what became of one of the places."""
        done = slice(number, number + 1)
        finished = number < len(self.quality)
        return Divided(self.quality[done], self.usage[done], "" if finished else self.stopped or "not begun")


def made_alone(name: str, folder: Path) -> Path:
    """Make a place in a process of its own and return its file; a file that is there is taken as it is."""
    path = folder / f"{name.replace(':', '-')}.pickle"
    if not path.exists():
        done = _process("make", name, str(path))
        if done.returncode:
            raise RuntimeError(f"cannot make {name}: {done.stderr[-2000:]}")
    return path


def divided_alone(contender: str, files: Sequence[Path], bound_s: float) -> Divided:
    """Let a contender divide places in a process of its own."""
    done = _process("divide", contender, str(bound_s), *map(str, files))
    found = Divided()
    for line in done.stdout.splitlines():
        told = json.loads(line)
        found.quality.append(Quality(**told["quality"]))
        found.usage.append(Usage(**told["usage"]))
    if done.returncode == -signal.SIGXCPU:
        found.stopped = f"stopped after {bound_s:.0f} s"
        found.used_s = bound_s
    elif done.returncode:
        lines = done.stderr.strip().splitlines()
        found.stopped = f"failed: {lines[-1].split(':')[0] if lines else -done.returncode}"
    return found


def _process(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "planning.alone", *arguments]
    return subprocess.run(command, cwd=_HERE, capture_output=True, text=True, check=False)


def _divide(contender: str, bound_s: float, files: Sequence[str]) -> None:
    divide = CONTENDERS[contender].loaded()
    limits = Limits()
    if contender == "ours":
        small = chessboard()
        atoms = make_atoms(small).atoms
        ours(atoms, borders(atoms, small), limits)  # loads compiled code
    for file in files:
        instance = load(Path(file))
        _bound(bound_s)
        with measured() as usage:
            label = np.asarray(divide(instance.atoms, instance.borders, limits))
        _bound(math.inf)
        found = quality(instance, label, limits)
        # A peer may print too: what counts is a line of its own.
        sys.stdout.flush()
        sys.__stdout__.write(json.dumps({"quality": found.told(), "usage": asdict(usage)}) + "\n")
        sys.__stdout__.flush()


def _bound(seconds: float) -> None:
    """Let the system end this process after so many more CPU seconds."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = resource.RLIM_INFINITY if math.isinf(seconds) else math.ceil(cpu_s() + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def main() -> None:
    task, *arguments = sys.argv[1:]
    if task == "make":
        save(make(arguments[0]), Path(arguments[1]))
    else:
        _divide(arguments[0], float(arguments[1]), arguments[2:])


if __name__ == "__main__":
    main()
