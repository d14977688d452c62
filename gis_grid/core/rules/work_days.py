"""Working days: those of a country, and what a deployment's own list says otherwise."""

from __future__ import annotations

import csv
import datetime as dt
from typing import Final

import holidays

from gis_grid.core.errors import BadProfile
from gis_grid.core.rules.calendar import WorkDays

_COLUMNS: Final = ("date", "kind", "name")
_KINDS: Final = ("holiday", "make_up")


def national_days(country: str, first: dt.date, last: dt.date) -> WorkDays:
    """Return the holidays and make-up days of a country, for the years from the first date to the last.

    Raises
    ------
    BadProfile
        For a country that is not known.
    """
    try:
        calendar = holidays.country_holidays(country, years=range(first.year, last.year + 1))
    except NotImplementedError as error:
        message = f"there is no calendar of working days for {country!r}"
        raise BadProfile(message, field="calendar", value=country) from error
    return WorkDays(frozenset(calendar), frozenset(calendar.weekend_workdays))


def with_own(national: WorkDays, own: WorkDays | None) -> WorkDays:
    """Return the days of a country with a deployment's own, which win for the days that they name."""
    if own is None:
        return national
    return WorkDays(
        holidays=(national.holidays - own.make_up) | own.holidays,
        make_up=(national.make_up - own.holidays) | own.make_up,
    )


def parse_work_days(text: str, name: str) -> WorkDays:
    """Read a deployment's own days from CSV: `date` (2026-10-01), `kind` (holiday or make_up), maybe `name`.

    Parameters
    ----------
    name
        By which messages call the file.

    Raises
    ------
    BadProfile
        For a wrong header, date or kind, or a date that stands there twice; names the line.
    """
    rows = csv.reader(text.splitlines(), strict=True)
    found: dict[str, set[dt.date]] = {kind: set() for kind in _KINDS}
    try:
        header = next(rows, [])
        if header not in (list(_COLUMNS), list(_COLUMNS[:2])):
            raise _mistake(
                name, 1, "header", f"must be date,kind or date,kind,name, not {','.join(header)!r}"
            )
        for row in rows:
            if row:
                day, kind = _day(name, rows.line_num, row, len(header))
                if any(day in days for days in found.values()):
                    raise _mistake(name, rows.line_num, "date", f"{day} stands there twice")
                found[kind].add(day)
    except csv.Error as error:
        raise _mistake(name, rows.line_num, "row", f"is not CSV: {error}") from error
    return WorkDays(frozenset(found["holiday"]), frozenset(found["make_up"]))


def _day(name: str, line: int, row: list[str], width: int) -> tuple[dt.date, str]:
    """Read one row."""
    if len(row) != width:
        raise _mistake(name, line, "row", f"must have {width} fields, not {len(row)}")
    date, kind = row[0].strip(), row[1].strip()
    try:
        day = dt.datetime.strptime(date, "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        raise _mistake(name, line, "date", f"must be a date like 2026-10-01, not {date!r}") from None
    if kind not in _KINDS:
        raise _mistake(name, line, "kind", f"must be one of {', '.join(_KINDS)}, not {kind!r}")
    return day, kind


def _mistake(name: str, line: int, field: str, problem: str) -> BadProfile:
    where = f"{name}:{line}"
    return BadProfile(f"{where}: {field}: {problem}", where=where, field=field)
