"""Compiles the core's loops ahead of the first call."""

from __future__ import annotations

from gis_grid.patrols.warm import compile_loops

if __name__ == "__main__":
    print("compiling the loops of the core")
    compile_loops()
