"""SQL of which incidents are asked for: only the conditions that were given, so that indexes are used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from datetime import datetime

    from gis_grid.incidents.rows import Filter

LIGHT: Final = """
    CASE WHEN i.red_at <= :now THEN 'red' WHEN i.yellow_at <= :now THEN 'yellow' ELSE 'none' END
"""
"""Of an incident `i` at a time `:now`."""

_CONDITIONS: Final = {
    "kind": "i.kind = :kind",
    "start": "i.reported_at >= :start",
    "end": "i.reported_at < :end",
    "areas": "i.area_id = ANY(CAST(:areas AS bigint[]))",
    "state": "i.state = :state",
    "state_kind": "i.state_kind = :state_kind",
    "categories": "i.category_code = ANY(CAST(:categories AS text[]))",
    "overdue_at": "i.red_at <= :overdue_at",
    "grid": """i.boundary_id IN (
        SELECT b.id FROM boundary b JOIN grid g ON g.id = b.grid_id WHERE g.code = :grid)""",
    "lit": f":lit = {LIGHT.replace(':now', ':lit_at')}",
    "positioned": "(i.geom IS NOT NULL) = :positioned",
    "severity": "i.severity = :severity",
    "reporter": "i.reported_by = :reporter",
    "words": "(i.title ILIKE :words OR i.address ILIKE :words OR i.code ILIKE :words)",
}
_WILD: Final = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})

PUBLIC: Final = "i.kind IN ('incident', 'hazard')"
"""What is not between a resident and the town."""

# What was merged into another is one incident with it: it counts once.
COUNTED: Final = "i.duplicate_of IS NULL"
PLACED: Final = "i.geom IS NOT NULL"


def where(wanted: Filter, *more: str) -> str:
    """Return SQL of the conditions that a filter gives, and of more; of an incident `i`."""
    given = values(wanted)
    asked = [condition for name, condition in _CONDITIONS.items() if name in given]
    if not wanted.private:
        asked.append(PUBLIC)
    return " AND ".join(f"({condition})" for condition in (*asked, *more)) or "true"


def values(wanted: Filter) -> dict[str, Any]:
    """Return what SQL binds of a filter: what it gives."""
    every: dict[str, Any] = {
        "kind": wanted.kind,
        "start": wanted.start,
        "end": wanted.end,
        "areas": None if wanted.areas is None else list(wanted.areas),
        "state": wanted.state,
        "state_kind": wanted.state_kind,
        "categories": None if wanted.categories is None else list(wanted.categories),
        "overdue_at": wanted.overdue_at,
        "grid": wanted.grid,
        "lit": wanted.lit,
        "lit_at": _of_light(wanted),
        "positioned": wanted.positioned,
        "severity": wanted.severity,
        "reporter": wanted.reporter,
        "words": None if wanted.words is None else f"%{wanted.words.translate(_WILD)}%",
    }
    return {name: value for name, value in every.items() if value is not None}


def _of_light(wanted: Filter) -> datetime | None:
    return None if wanted.lit is None else wanted.lit_at
