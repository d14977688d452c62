"""Whoever has run `make setup` waits for no compiler when planning."""

import subprocess
import sys

# A process of its own: in this one other tests have compiled what they needed.
PROGRAM = """
import sys
sys.path.append("benchmarks")
from numba.core import event
from gis_grid.planning.warm import compile_loops
compile_loops()

class Told(event.Listener):
    def on_start(self, told): print(told.data["dispatcher"])
    def on_end(self, told): pass

from gis_grid.core.plan.checks import checks
from planning.edit_times import plan_of, timed_splits
from planning.instances import make
with event.install_listener("numba:compile", Told()):
    plan = plan_of(make("community:700:0"))
    checks(plan)
    timed_splits(plan, 1)
"""


def test_all_loops_of_planning_are_compiled_ahead() -> None:
    command = [sys.executable, "-W", "error", "-c", PROGRAM]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout == ""
