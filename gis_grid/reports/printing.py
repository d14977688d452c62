"""Prints a page that is one file as PDF or PNG, by a Chromium that is installed, without any network."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gis_grid.kit.errors import NotReady

if TYPE_CHECKING:
    from gis_grid.kit.settings import Settings

_BROWSERS: Final = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
)
_PATIENCE_S: Final = 180


def find_chromium(settings: Settings) -> str | None:
    """Return the path of a Chromium: the one that is set, or one that is installed."""
    names = _BROWSERS if settings.chromium is None else (str(settings.chromium),)
    return next(filter(None, map(shutil.which, names)), None)


def get_chromium(settings: Settings) -> str:
    """Return the path of a Chromium.

    Raises
    ------
    NotReady
        When there is none.
    """
    if found := find_chromium(settings):
        return found
    names = _BROWSERS if settings.chromium is None else (str(settings.chromium),)
    hint = "install Debian's package chromium-headless-shell, name one by GIS_GRID_CHROMIUM, or write .html"
    raise NotReady("No Chromium", f"none of {', '.join(names)}; {hint}")


def printed(browser: str, page: str, kind: str) -> bytes:
    """Return what Chromium makes of a page: of kind ``.pdf`` or ``.png``.

    Raises
    ------
    NotReady
        When it makes nothing, or not in time.
    """
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
