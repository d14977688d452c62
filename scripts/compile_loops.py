"""Compiles the core's loops ahead of the first call."""

from __future__ import annotations

from gis_grid.patrols import warm as judging
from gis_grid.planning import warm as planning

if __name__ == "__main__":
    print("compiling the loops of the core")
    judging.compile_loops()
    planning.compile_loops()
