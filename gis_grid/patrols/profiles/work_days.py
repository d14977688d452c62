"""Working days by which profiles judge, and the deployment's own file of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.core.errors import BadProfile
from gis_grid.core.rules.calendar import WorkDays
from gis_grid.core.rules.work_days import national_days, parse_work_days, with_own
from gis_grid.patrols.profiles.toml_text import read_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from pathlib import Path

    from gis_grid.core.rules.rule import Profile


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
    countries = sorted({profile.calendar for profile in profiles if profile.calendar})
    if len(countries) > 1:
        message = f"the profiles go by different calendars: {', '.join(countries)}"
        raise BadProfile(message, field="calendar")
    return with_own(national_days(countries[0], first, last) if countries else WorkDays(), own)


def read_work_days(path: Path) -> WorkDays:
    """Read the deployment's own days, ``GIS_GRID_WORK_DAYS_FILE``, see :func:`parse_work_days`.

    Raises
    ------
    BadProfile
        When it cannot be read, for a wrong date or kind, or a date that stands there twice; names the line.
    """
    return parse_work_days(read_text(path), str(path))
