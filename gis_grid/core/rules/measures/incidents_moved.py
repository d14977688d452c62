"""Incidents that the worker moved on (FM-3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gis_grid.core.rules.found import Found
from gis_grid.core.rules.reasons import Noun, Reason, count_en, not_kept_reason

if TYPE_CHECKING:
    from gis_grid.core.rules.case import Case

INCIDENTS: Final = Noun("件事件流转", "incident", "incidents")


def incidents_moved(case: Case) -> Found:
    """Count the records of incidents moved on."""
    moved = case.work.incidents_moved_ms
    if moved is None:
        return Found.not_kept(case.required, not_kept_reason("事件流转记录", "records of incidents moved on"))
    spans = case.counted()
    number = sum(any(start <= t_ms < end for start, end in spans) for t_ms in moved)
    asked = f"{case.required:g}"
    said = Reason(
        "incidents_moved",
        f"流转事件 {number} 件，要求 {asked} 件。",
        f"{count_en(number, INCIDENTS)} moved on; {asked} required.",
    )
    return Found.counted(number, INCIDENTS, said)
