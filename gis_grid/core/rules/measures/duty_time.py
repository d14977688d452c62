"""Time on duty, sign-in to sign-out (FM-5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.core.rules.found import Found
from gis_grid.core.rules.reasons import Reason, duration_en, duration_zh, not_kept_reason
from gis_grid.core.rules.spans import merged

if TYPE_CHECKING:
    from gis_grid.core.rules.case import Case


def duty_time(case: Case) -> Found:
    """Sum the seconds of duty sessions; those that overlap count once."""
    duties = case.work.duties
    if duties is None:
        return Found.not_kept(case.required, not_kept_reason("值班签到签退记录", "records of duty"))
    sessions = merged((duty.start_ms, duty.end_ms) for duty in duties)
    parts = [
        (max(start, first), min(end, last))
        for first, last in case.counted()
        for start, end in sessions
        if start < last and end > first
    ]
    seconds = sum(end - start for start, end in parts) / 1000.0
    said = Reason(
        "duty_time",
        f"值班 {len(parts)} 次，共 {duration_zh(seconds)}，要求 {duration_zh(case.required)}。",
        f"{duration_en(seconds)} on duty in {len(parts)} session{'' if len(parts) == 1 else 's'};"
        f" {duration_en(case.required)} required.",
    )
    return Found(seconds, seconds, seconds, (said,), intervals=tuple(parts))
