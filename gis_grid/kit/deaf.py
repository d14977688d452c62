"""What a server of forks imports first, and nobody else: it outlives what is told to all, and is quick."""

from __future__ import annotations

import gc
import signal

from gis_grid.kit.fork_server import TOLD_TO_ALL

for _sign in TOLD_TO_ALL:
    signal.signal(_sign, signal.SIG_IGN)
gc.disable()  # what it imports stays
