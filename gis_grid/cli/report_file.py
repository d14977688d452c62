"""Writes a report of the web service into a file: the page itself, or a PDF or PNG of it by Chromium."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gis_grid.cli.connect import database
from gis_grid.cli.new_file import new_file
from gis_grid.cli.operator import operator
from gis_grid.kit.clock import now
from gis_grid.kit.database import transaction
from gis_grid.kit.errors import BadInput
from gis_grid.kit.settings import read_settings
from gis_grid.ledger import service as ledger
from gis_grid.reports import service
from gis_grid.reports.asked import DEFAULT_RESOLUTION, Asked, By, Filters
from gis_grid.reports.content import Name
from gis_grid.reports.look import FILE
from gis_grid.reports.printing import get_chromium, printed
from gis_grid.reports.words import Lang

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from gis_grid.kit.settings import Settings

_KINDS: Final = (".html", ".pdf", ".png")


def write_report(
    name: str,
    out: Path,
    lang: str,
    first: date | None,
    last: date | None,
    period: str | None,
    by: str = By.GRID,
) -> None:
    """Write the report of a name; what may be published of visits is the same as on the page.

    Raises
    ------
    BadInput
        When the file's ending is none of html, pdf and png, or it is there already.
    NotFound
        When there is no such report.
    NotReady
        When a PDF or PNG is asked for and there is no Chromium to make it.
    """
    if out.suffix not in _KINDS:
        raise BadInput("No such kind of file", f"{out.name}: expected one that ends with {', '.join(_KINDS)}")
    settings = read_settings()
    browser = None if out.suffix == ".html" else get_chromium(settings)
    asked = Asked(Lang(lang), first, last, DEFAULT_RESOLUTION, settings.tz)
    if name == Name.RATES:
        asked = replace(asked, filters=Filters(by=By(by), least_hours=By(by).least_hours))
    page = _page(settings, name, asked, period)
    with new_file(out) as file:
        file.write(page.encode() if browser is None else printed(browser, page, out.suffix))


def _page(settings: Settings, name: str, asked: Asked, period: str | None) -> str:
    with database(settings) as engine, transaction(engine) as conn:
        at = now()
        if name in service.OF_PERIODS:
            whole = replace(asked, first=None, last=None)
            page, _ = service.report_of_period(conn, Name(name), whole, period, now=at, look=FILE)
        else:
            page, _ = service.report(conn, settings, service.get_name(name), asked, now=at, look=FILE)
        first, last = (day and day.isoformat() for day in (asked.first, asked.last))
        what = {"from": first, "to": last, "period": period, **asked.filters.query()}
        ledger.record(conn, at, operator(), "export", f"report:{name}", what)
    return page.text
