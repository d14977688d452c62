"""Makes reports: gathers what they say, draws and writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.kit.errors import BadInput, NotFound
from gis_grid.reports import hazards, visits
from gis_grid.reports.content import Asked, Content, Name
from gis_grid.reports.pages import Page, index_page, report_page

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.kit.settings import Settings

RESOLUTIONS = {Name.HAZARDS: hazards.RESOLUTIONS, Name.VISITS: visits.RESOLUTIONS}


def get_name(name: str) -> Name:
    """Return the report of a name.

    Raises
    ------
    NotFound
        When there is no such report.
    """
    if name not in list(Name):
        raise NotFound("No such report", f"{name!r}; there are {', '.join(Name)}")
    return Name(name)


def index(conn: Connection, settings: Settings, asked: Asked, now: datetime) -> Page:
    """Return the page that lists the reports with their period, provenance and what they withhold."""
    return index_page([_content(conn, settings, name, asked, now) for name in Name], asked)


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
    if asked.resolution not in RESOLUTIONS[name]:
        offered = ", ".join(map(str, RESOLUTIONS[name]))
        raise BadInput("No such resolution", f"{asked.resolution}; this report has {offered}")
    content = _content(conn, settings, name, asked, now)
    until = content.until.astimezone(asked.tz).strftime("%Y%m%d") if content.until else "empty"
    return report_page(content, asked, on_its_own=on_its_own), f"gis-grid-{name}-{until}-{asked.lang}.html"


def _content(conn: Connection, settings: Settings, name: Name, asked: Asked, now: datetime) -> Content:
    if name is Name.HAZARDS:
        return hazards.hazards(conn, asked, now)
    return visits.visits(conn, asked, now, min_targets=settings.heat_min_targets)
