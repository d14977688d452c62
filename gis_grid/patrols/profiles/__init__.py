"""Rule profiles as data files, one TOML file a published document, and the working days they go by."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import TYPE_CHECKING

import holidays

from gis_grid.core.errors import BadProfile
from gis_grid.core.rules.calendar import WorkDays
from gis_grid.core.rules.profile import parse_profile

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from gis_grid.core.rules.rule import Profile


def available() -> tuple[str, ...]:
    """Names of the profiles that come with the product, sorted."""
    files = resources.files(__name__).iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


def load(name: str) -> Profile:
    """Read a profile by name.

    Parameters
    ----------
    name : str
        One of :func:`available`.

    Returns
    -------
    Profile

    Raises
    ------
    BadProfile
        For an unknown name (lists the known ones) or a file with an error (names the file and the key).
    """
    if name not in available():
        message = f"there is no profile {name!r}; there are: {', '.join(available())}"
        raise BadProfile(message, field="profile", value=name)
    text = resources.files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return read(text, source=f"{name}.toml")


def read(text: str, source: str) -> Profile:
    """Read a profile from TOML; `source` names it in messages. Raises BadProfile."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadProfile(f"{source}: not valid TOML: {error}", where=source) from error
    return parse_profile(document, source)


def work_days(profiles: Iterable[Profile], first: dt.date, last: dt.date) -> WorkDays:
    """Working days of the profiles' calendar, for the years from the first date to the last.

    Parameters
    ----------
    profiles : iterable of Profile
        Those with a ``calendar`` must agree on it; with none, every Monday to Friday is worked.
    first, last : date

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
