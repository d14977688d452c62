"""What a run of judging is asked, and how it is cut into parts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gis_grid import __version__
from gis_grid.core.rules.calendar import each_day, month_of, quarter_of
from gis_grid.patrols.weeks import week_named, weeks_touched

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from gis_grid.patrols.bench import Benches
    from gis_grid.patrols.weeks import Week

MOST_WORKERS: Final = 100
MOST_WEEKS: Final = 5
"""Of a part. What is in memory at once are the fixes of one worker's week and the verdicts of a part."""

_FEWEST_WORKERS: Final = 5
_PARTS_WISHED: Final = 40


@dataclass(frozen=True, slots=True)
class Ask:
    """What to judge, in plain values that another process understands; `start` and `end` are included.

    `alone` leaves out what needs everyone: signs of copied tracks stay as told last, months and quarters too.
    """

    start: date
    end: date
    tz: ZoneInfo
    profiles: tuple[str, ...]
    rules_file: Path | None = None
    work_days_file: Path | None = None
    alone: bool = False

    def weeks(self, now: datetime) -> list[Week]:
        """Return the weeks that have begun.

        Raises
        ------
        BadInput
            When the period is upside down or out of range.
        """
        return [week for week in weeks_touched(self.start, self.end, self.tz) if week.start <= now]

    def periods(self, now: datetime) -> list[str]:
        """Return the months and quarters with a day of the period, as far as they have begun."""
        today = now.astimezone(self.tz).date()
        last = min(self.end, today)
        days = each_day(self.start, last) if self.start <= last else ()
        return [*dict.fromkeys(map(month_of, days)), *dict.fromkeys(map(quarter_of, days))]

    def file_digests(self) -> dict[str, str | None]:
        """Return what tells the versions of the deployment's own files apart; none for one there is not."""
        files = {"rules": self.rules_file, "work_days": self.work_days_file}
        return {
            name: None if path is None else hashlib.sha256(path.read_bytes()).hexdigest()
            for name, path in files.items()
        }

    def document(self, benches: Benches, weeks: Sequence[Week], workers: Sequence[int]) -> dict[str, Any]:
        """Return what makes two runs the same, as JSON values."""
        return {
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "tz": self.tz.key,
            "weeks": [week.name for week in weeks],
            "profiles": list(self.profiles),
            "versions": benches.versions(),
            "core": __version__,
            "workers": hashlib.sha256(repr(list(workers)).encode()).hexdigest(),
            **({"alone": True} if self.alone else {}),
        }


@dataclass(frozen=True, slots=True)
class Part:
    """Some workers and some weeks in a row: read, judged and stored in one transaction."""

    number: int
    workers: tuple[int, ...]
    week_names: tuple[str, ...]

    def weeks(self, tz: ZoneInfo) -> list[Week]:
        """Return the weeks in order."""
        return [week_named(name, tz) for name in self.week_names]

    @property
    def size(self) -> int:
        """Return how many workers' weeks these are."""
        return len(self.workers) * len(self.week_names)


def parts_of(workers: Sequence[int], weeks: Sequence[Week]) -> list[Part]:
    """Cut workers times weeks into parts: the same whoever judges them and in how many processes."""
    wished = -(-len(workers) // _PARTS_WISHED)
    step = min(max(wished, _FEWEST_WORKERS), MOST_WORKERS)
    cuts = [
        (tuple(workers[at : at + step]), tuple(week.name for week in weeks[first : first + MOST_WEEKS]))
        for at in range(0, len(workers), step)
        for first in range(0, len(weeks), MOST_WEEKS)
    ]
    return [Part(number, *cut) for number, cut in enumerate(cuts)]
