"""Tracks and outlines to test with: a square grid of 400 m and places in and out of it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from gis_grid.core import Boundary, Fixes

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEST, SOUTH, EAST, NORTH = 116.300, 39.900, 116.305, 39.9036
SQUARE = shapely.box(WEST, SOUTH, EAST, NORTH)
GRID = Boundary.of(SQUARE)
INSIDE = (116.3025, 39.9018)
OUTSIDE = (116.3125, 39.9018)


def at(text: str, tz: ZoneInfo = SHANGHAI) -> int:
    """Local time as epoch milliseconds."""
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=tz).timestamp() * 1000)


def standing(
    start: str, seconds: float, place=INSIDE, step_s: float = 10, tz: ZoneInfo = SHANGHAI, **columns
) -> Fixes:
    """Stand at one place for exactly so many seconds."""
    offsets = np.append(np.arange(0, seconds, step_s), seconds)
    t_ms = at(start, tz) + np.rint(offsets * 1000).astype(np.int64)
    filled = {name: np.full(len(t_ms), value) for name, value in columns.items()}
    return Fixes.of(t_ms, np.full(len(t_ms), place[0]), np.full(len(t_ms), place[1]), **filled)


def track(*parts: Fixes) -> Fixes:
    return Fixes.concat(parts)


def line(start: str, *points: tuple[float, float, float], **columns) -> Fixes:
    """Fixes at (seconds after start, lon, lat)."""
    t, lon, lat = np.array(points, float).T
    return Fixes.of(at(start) + np.rint(t * 1000).astype(np.int64), lon, lat, **columns)
