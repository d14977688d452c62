"""Makes reports: gathers what they say, draws and writes them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gis_grid.kit.errors import BadInput, NotFound
from gis_grid.patrols.visiting.rules import VisitRules
from gis_grid.reports import film, hazards, hotspots, rates, visits
from gis_grid.reports.bulletin import bulletin, communities
from gis_grid.reports.content import Content, Name
from gis_grid.reports.pages import Page, bulletin_page, report_page, scorecards_page
from gis_grid.reports.periods import read_period, week_before
from gis_grid.reports.scorecards import scorecards

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.kit.settings import Settings
    from gis_grid.reports.asked import Asked
    from gis_grid.reports.bulletin_shapes import Bulletin
    from gis_grid.reports.look import Look
    from gis_grid.reports.periods import Period

RESOLUTIONS = {
    Name.HAZARDS: hazards.RESOLUTIONS,
    Name.HOT_SPOTS: hotspots.RESOLUTIONS,
    Name.FILM: film.RESOLUTIONS,
    Name.VISITS: visits.RESOLUTIONS,
}
_MAKERS = {
    Name.HAZARDS: hazards.hazards,
    Name.HOT_SPOTS: hotspots.hotspots,
    Name.FILM: film.film,
    Name.RATES: rates.rates_report,
}
OF_PERIODS = frozenset({Name.ANALYSIS, Name.SCORECARDS})
"""Reports of a day, week or month, without a map; the others are of days and have one."""


def get_name(name: str) -> Name:
    """Return the report of a name.

    Raises
    ------
    NotFound
        When there is no such report with a map.
    """
    if name not in (*_MAKERS, Name.VISITS):
        raise NotFound("No such report", f"{name!r}; there are {', '.join(Name)}")
    return Name(name)


def in_community(conn: Connection, asked: Asked, code: str | None) -> Asked:
    """Return the same of one community; without a code, of all that may be seen.

    Raises
    ------
    NotFound
        When there is no such community in sight.
    """
    if code is None:
        return asked
    found = [one.id for one in communities(conn, asked.areas) if one.code == code]
    if not found:
        raise NotFound("No such community", f"{code[:40]!r}")
    return replace(asked, areas=found, community=code)


def report(
    conn: Connection, settings: Settings, name: Name, asked: Asked, *, now: datetime, look: Look
) -> tuple[Page, str]:
    """Return a report with a map and a file name for it, without its ending.

    Raises
    ------
    BadInput
        When the period ends before it starts or the report has no such resolution.
    NotFound
        When there is no such community in sight.
    """
    offered_levels = RESOLUTIONS.get(name, (asked.resolution,))
    if asked.resolution not in offered_levels:
        offered = ", ".join(map(str, offered_levels))
        raise BadInput("No such resolution", f"{asked.resolution}; this report has {offered}")
    places = communities(conn, asked.areas)
    asked = in_community(conn, asked, asked.community)
    content = _content(conn, settings, name, asked, now)
    until = content.until.astimezone(asked.tz).strftime("%Y%m%d") if content.until else "empty"
    return report_page(content, asked, places, look), f"gis-grid-{name}-{until}-{asked.lang}"


def report_of_period(
    conn: Connection, name: Name, asked: Asked, text: str | None, *, now: datetime, look: Look
) -> tuple[Page, str]:
    """Return the bulletin or the scorecards of a period and a file name, without its ending.

    The period is that which a text names; none is the last whole week.

    Raises
    ------
    BadInput
        When the text names no period, or one that has not begun.
    NotFound
        When there is no such community in sight.
    """
    places = communities(conn, asked.areas)
    period = _period(asked, text, now)
    if name is Name.SCORECARDS:
        asked = in_community(conn, asked, asked.community)
        page = scorecards_page(scorecards(conn, period, asked=asked, now=now), asked, places, look)
    else:
        page = bulletin_page(
            bulletin(conn, period, asked.community, asked=asked, now=now), asked, places, look
        )
    return page, f"gis-grid-{name}-{period.name}-{asked.lang}"


def bulletin_of(
    conn: Connection, asked: Asked, text: str | None, community: str | None, now: datetime
) -> Bulletin:
    """Return the figures of a period that a text names, by default of the last whole week.

    Raises
    ------
    BadInput
        When the text names no period, or one that has not begun.
    NotFound
        When there is no such community in sight.
    """
    return bulletin(conn, _period(asked, text, now), community or None, asked=asked, now=now)


def _period(asked: Asked, text: str | None, now: datetime) -> Period:
    today = now.astimezone(asked.tz).date()
    period = read_period(text) if text else week_before(today)
    if period.first > today:
        raise BadInput("The period has not begun", f"{period.name} begins on {period.first}")
    return period


def _content(conn: Connection, settings: Settings, name: Name, asked: Asked, now: datetime) -> Content:
    if name is Name.VISITS:
        hidden = VisitRules.read(settings, now).hidden_anywhere()
        return visits.visits(conn, asked, now, min_targets=settings.heat_min_targets, hidden=hidden)
    return _MAKERS[name](conn, asked, now)
