"""Days on which the account was used (JY-4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gis_grid.core.rules.found import Found
from gis_grid.core.rules.reasons import Noun, Reason, count_en, not_kept_reason

if TYPE_CHECKING:
    from gis_grid.core.rules.case import Case

DAYS: Final = Noun("天", "day", "days")


def active_days(case: Case) -> Found:
    """Count the local days with any use of the account."""
    active = case.work.active_days
    if active is None:
        return Found.not_kept(case.required, not_kept_reason("账号使用记录", "records of the account's use"))
    number = len(active.intersection(case.days))
    asked = f"{case.required:g}"
    said = Reason(
        "active_days",
        f"账号活跃 {number} 天，要求 {asked} 天。",
        f"The account was used on {count_en(number, DAYS)}; {asked} required.",
    )
    return Found.counted(number, DAYS, said)
