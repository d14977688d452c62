"""`gis-grid audit verify BUNDLE`: whether a bundle says what judging it again says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer

from gis_grid.cli.compiling import telling_of_compiling
from gis_grid.cli.plain_table import say
from gis_grid.kit.errors import GisGridError
from gis_grid.patrols.evidence.verifying import verify

if TYPE_CHECKING:
    from pathlib import Path

    from gis_grid.patrols.evidence.verifying import Difference, Report

_MOST_LISTED = 20


def verify_bundle(path: Path, *, as_json: bool) -> None:
    """Judge a bundle again and say what came of it; exit code 1 when something differs.

    Raises
    ------
    BadInput
        When it cannot be read.
    """
    try:
        with telling_of_compiling(lambda: typer.echo("compiling what is judged by, once ...", err=True)):
            report = verify(path)
    except GisGridError as error:
        if as_json:
            _print({"same": None, "error": {"title": error.title, "detail": error.detail}})
        raise
    if as_json:
        _print(report.document())
    else:
        _tell(report)
    if not report.same:
        raise typer.Exit(1)


def _print(document: dict[str, Any]) -> None:
    # JSON is UTF-8, whatever the terminal speaks.
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False).encode())


def _tell(report: Report) -> None:
    what = f"{report.fixes} fixes, {report.verdicts} verdicts"
    _say(f"{report.worker} {report.week} revision {report.revision}: {what}")
    _say(f"judged by core {report.core_version}, judged again by {report.judged_again_by}")
    _say(f"digest of the manifest: {report.manifest_sha256}")
    if report.not_judged_again:
        _say(f"not judged again, they rest on what no file may hold: {', '.join(report.not_judged_again)}")
    if report.same:
        _say("SAME: every member is what was written, and every verdict comes out as it stands there")
        return
    count = len(report.differences)
    _say(f"DIFFERS at {count} {'place' if count == 1 else 'places'}")
    for one in report.differences[:_MOST_LISTED]:
        _say(f"  {_line(one)}")
    if count > _MOST_LISTED:
        _say(f"  and {count - _MOST_LISTED} more; --json lists all")


def _line(one: Difference) -> str:
    about = f"{one.about}, " if one.about else ""
    written, found = _short(one.written), _short(one.found)
    return f"{one.member}: {about}{one.what}: {written} stands there, {found} is found"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _say(line: str) -> None:
    """Print a line of a stranger's file: what would move the cursor, or turn words round, is a sign only."""
    say("".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in line))
