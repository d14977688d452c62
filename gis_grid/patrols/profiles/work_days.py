"""Working days: those of a country, and what the deployment's own file says otherwise."""

from __future__ import annotations

import csv
import datetime as dt
from typing import TYPE_CHECKING, Final

import holidays

from gis_grid.core.errors import BadProfile
from gis_grid.core.rules.calendar import WorkDays
from gis_grid.patrols.profiles.toml_text import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from gis_grid.core.rules.rule import Profile

_COLUMNS: Final = ("date", "kind", "name")
_KINDS: Final = ("holiday", "make_up")


def work_days(
    profiles: Iterable[Profile], first: dt.date, last: dt.date, own: WorkDays | None = None
) -> WorkDays:
    """Working days of the profiles' calendar, for the years from the first date to the last.

    Parameters
    ----------
    profiles : iterable of Profile
        Those with a ``calendar`` must agree on it; with none, every Monday to Friday is worked.
    first, last : date
    own : WorkDays, optional
        Of the deployment, from :func:`read_work_days`; wins for the days that it names.

    Returns
    -------
    WorkDays
        National holidays, and the weekend days worked in their stead.

    Raises
    ------
    BadProfile
        For profiles that go by different calendars, or a country that is not known.
    """
    national = _national(profiles, first, last)
    if own is None:
        return national
    return WorkDays(
        holidays=(national.holidays - own.make_up) | own.holidays,
        make_up=(national.make_up - own.holidays) | own.make_up,
    )


def read_work_days(path: Path) -> WorkDays:
    """Read the deployment's own days, ``GIS_GRID_WORK_DAYS_FILE``.

    A CSV file with the columns ``date`` (``2026-10-01``), ``kind`` (``holiday`` or ``make_up``) and, if
    wanted, ``name``.

    Raises
    ------
    BadProfile
        When it cannot be read, for a wrong date or kind, or a date that stands there twice; names the line.
    """
    rows = csv.reader(read_text(path).splitlines(), strict=True)
    found: dict[str, set[dt.date]] = {kind: set() for kind in _KINDS}
    try:
        header = next(rows, [])
        if header not in (list(_COLUMNS), list(_COLUMNS[:2])):
            raise _mistake(
                path, 1, "header", f"must be date,kind or date,kind,name, not {','.join(header)!r}"
            )
        for row in rows:
            if row:
                day, kind = _day(path, rows.line_num, row, len(header))
                if any(day in days for days in found.values()):
                    raise _mistake(path, rows.line_num, "date", f"{day} stands there twice")
                found[kind].add(day)
    except csv.Error as error:
        raise _mistake(path, rows.line_num, "row", f"is not CSV: {error}") from error
    return WorkDays(frozenset(found["holiday"]), frozenset(found["make_up"]))


def _day(path: Path, line: int, row: list[str], width: int) -> tuple[dt.date, str]:
    """Read one row."""
    if len(row) != width:
        raise _mistake(path, line, "row", f"must have {width} fields, not {len(row)}")
    date, kind = row[0].strip(), row[1].strip()
    try:
        day = dt.datetime.strptime(date, "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        raise _mistake(path, line, "date", f"must be a date like 2026-10-01, not {date!r}") from None
    if kind not in _KINDS:
        raise _mistake(path, line, "kind", f"must be one of {', '.join(_KINDS)}, not {kind!r}")
    return day, kind


def _mistake(path: Path, line: int, field: str, problem: str) -> BadProfile:
    where = f"{path}:{line}"
    return BadProfile(f"{where}: {field}: {problem}", where=where, field=field)


def _national(profiles: Iterable[Profile], first: dt.date, last: dt.date) -> WorkDays:
    """Holidays and make-up days of the profiles' country."""
    countries = sorted({profile.calendar for profile in profiles if profile.calendar})
    if not countries:
        return WorkDays()
    if len(countries) > 1:
        message = f"the profiles go by different calendars: {', '.join(countries)}"
        raise BadProfile(message, field="calendar")
    years = range(first.year, last.year + 1)
    try:
        calendar = holidays.country_holidays(countries[0], years=years)
    except NotImplementedError as error:
        message = f"there is no calendar of working days for {countries[0]!r}"
        raise BadProfile(message, field="calendar", value=countries[0]) from error
    return WorkDays(frozenset(calendar), frozenset(calendar.weekend_workdays))
