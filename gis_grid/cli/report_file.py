"""Writes a report of the web service into a file: the page itself, or a PDF or PNG of it by Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gis_grid.cli.connect import database
from gis_grid.cli.new_file import new_file
from gis_grid.cli.operator import operator
from gis_grid.kit.clock import now
from gis_grid.kit.database import transaction
from gis_grid.kit.errors import BadInput, NotReady
from gis_grid.kit.settings import read_settings
from gis_grid.ledger import service as ledger
from gis_grid.reports import service
from gis_grid.reports.asked import DEFAULT_RESOLUTION, Asked, By, Filters
from gis_grid.reports.content import Name
from gis_grid.reports.words import Lang

if TYPE_CHECKING:
    from datetime import date

    from gis_grid.kit.settings import Settings

_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_PATIENCE_S: Final = 180
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
    browser = None if out.suffix == ".html" else find_chromium(settings)
    asked = Asked(Lang(lang), first, last, DEFAULT_RESOLUTION, settings.tz)
    if name == Name.RATES:
        asked = replace(asked, filters=Filters(by=By(by), least_hours=By(by).least_hours))
    page = _page(settings, name, asked, period)
    with new_file(out) as file:
        file.write(page.encode() if browser is None else _printed(browser, page, out.suffix))


def find_chromium(settings: Settings) -> str:
    """Return the path of a Chromium: the one that is set, or one that is installed.

    Raises
    ------
    NotReady
        When there is none.
    """
    names = _BROWSERS if settings.chromium is None else (str(settings.chromium),)
    for name in names:
        if found := shutil.which(name):
            return found
    hint = "install Debian's package chromium, name one by GIS_GRID_CHROMIUM, or write .html"
    raise NotReady("No Chromium", f"none of {', '.join(names)}; {hint}")


def _page(settings: Settings, name: str, asked: Asked, period: str | None) -> str:
    with database(settings) as engine, transaction(engine) as conn:
        at = now()
        if name == Name.ANALYSIS:
            whole = replace(asked, first=None, last=None)
            page, _ = service.bulletin_report(conn, whole, period, None, at, on_its_own=True)
        else:
            found = Name.RATES if name == Name.RATES else service.get_name(name)
            page, _ = service.report(conn, settings, found, asked, at, on_its_own=True)
        first, last = (day and day.isoformat() for day in (asked.first, asked.last))
        what = {"from": first, "to": last, "period": period, **asked.filters.query()}
        ledger.record(conn, at, operator(), "export", f"report:{name}", what)
    return page.text


def _printed(browser: str, page: str, kind: str) -> bytes:
    """Return what Chromium makes of a page, without any network."""
    with tempfile.TemporaryDirectory(prefix="gis-grid-report-") as folder:
        source, made = Path(folder, "report.html"), Path(folder, f"report{kind}")
        source.write_text(page, "utf-8")
        how = ["--print-to-pdf", "--no-pdf-header-footer"] if kind == ".pdf" else ["--screenshot"]
        how[0] += f"={made}"
        command = [
            browser, "--headless", "--disable-gpu", "--hide-scrollbars", "--window-size=1440,1000",
            "--no-first-run", "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND",
            "--virtual-time-budget=5000", f"--user-data-dir={folder}/profile",
            *(["--no-sandbox"] if os.geteuid() == 0 else []), *how, source.as_uri(),
        ]  # fmt: skip
        try:
            told = subprocess.run(command, capture_output=True, check=False, timeout=_PATIENCE_S)
        except subprocess.TimeoutExpired as error:
            raise NotReady("Chromium did not finish", f"{browser} took over {_PATIENCE_S} s") from error
        if not made.is_file():
            said = told.stderr.decode("utf-8", "replace").strip()[-300:]
            raise NotReady("Chromium made no file", f"{browser} ended with {told.returncode}: {said}")
        return made.read_bytes()
