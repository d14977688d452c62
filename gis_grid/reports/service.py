"""Makes reports: gathers what they say, draws and writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.kit.errors import BadInput, NotFound
from gis_grid.patrols.visiting.rules import VisitRules
from gis_grid.reports import film, hazards, hotspots, rates, visits
from gis_grid.reports.bulletin import bulletin, communities
from gis_grid.reports.content import Content, Name
from gis_grid.reports.pages import Page, bulletin_page, index_page, report_page
from gis_grid.reports.periods import read_period, week_before

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.kit.settings import Settings
    from gis_grid.reports.asked import Asked
    from gis_grid.reports.bulletin_shapes import Bulletin

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
_SHOWN_AT_ONCE = (Name.HAZARDS, Name.VISITS)
"""Reports whose facts stand in the list; the others are named there and made when they are opened."""


def get_name(name: str) -> Name:
    """Return the report of a name.

    Raises
    ------
    NotFound
        When there is no such report.
    """
    if name not in (*_MAKERS, Name.VISITS):
        raise NotFound("No such report", f"{name!r}; there are {', '.join(Name)}")
    return Name(name)


def index(conn: Connection, settings: Settings, asked: Asked, now: datetime) -> Page:
    """Return the page that lists the reports with their period, provenance and what they withhold."""
    contents = [_content(conn, settings, name, asked, now) for name in _SHOWN_AT_ONCE]
    return index_page(contents, asked)


def report(
    conn: Connection, settings: Settings, name: Name, asked: Asked, now: datetime, *, on_its_own: bool
) -> tuple[Page, str]:
    """Return a report and a file name for it.

    Parameters
    ----------
    on_its_own
        One file that needs no server, instead of a page that loads our files.

    Raises
    ------
    BadInput
        When the period ends before it starts or the report has no such resolution.
    """
    offered_levels = RESOLUTIONS.get(name, (asked.resolution,))
    if asked.resolution not in offered_levels:
        offered = ", ".join(map(str, offered_levels))
        raise BadInput("No such resolution", f"{asked.resolution}; this report has {offered}")
    content = _content(conn, settings, name, asked, now)
    until = content.until.astimezone(asked.tz).strftime("%Y%m%d") if content.until else "empty"
    return report_page(content, asked, on_its_own=on_its_own), f"gis-grid-{name}-{until}-{asked.lang}.html"


def bulletin_report(
    conn: Connection,
    asked: Asked,
    text: str | None,
    community: str | None,
    now: datetime,
    *,
    on_its_own: bool,
) -> tuple[Page, str]:
    """Return the bulletin of the period that a text names (none: the last whole week) and a file name."""
    told = bulletin_of(conn, asked, text, community, now)
    page = bulletin_page(told, asked, communities(conn, asked.areas), on_its_own=on_its_own)
    return page, f"gis-grid-analysis-{told.period}-{asked.lang}.html"


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
    today = now.astimezone(asked.tz).date()
    period = read_period(text) if text else week_before(today)
    if period.first > today:
        raise BadInput("The period has not begun", f"{period.name} begins on {period.first}")
    return bulletin(conn, period, community or None, asked=asked, now=now)


def _content(conn: Connection, settings: Settings, name: Name, asked: Asked, now: datetime) -> Content:
    if name is Name.VISITS:
        hidden = VisitRules.read(settings, now).hidden_anywhere()
        return visits.visits(conn, asked, now, min_targets=settings.heat_min_targets, hidden=hidden)
    return _MAKERS[name](conn, asked, now)
