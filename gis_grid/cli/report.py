"""`gis-grid report`: what the latest judgements say, as a table, JSON or CSV."""

from __future__ import annotations

import csv
import sys
from datetime import date  # noqa: TC003 - typer reads the annotations
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from gis_grid.cli.checking.words import Lang
from gis_grid.cli.connect import database
from gis_grid.cli.dates import day
from gis_grid.cli.verdict_table import rendered
from gis_grid.kit.clock import now
from gis_grid.kit.database import transaction
from gis_grid.kit.errors import BadInput
from gis_grid.kit.settings import read_settings
from gis_grid.patrols.week_report import week_report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType
    from sqlalchemy import Connection

    from gis_grid.patrols.week_report import WeekReport

_CSV_COLUMNS = (
    *("worker", "name", "grid", "week", "revision", "provisional"),
    *("lower_s", "best_s", "upper_s", "unknown_s"),
    *("rule", "scope", "unit", "required", "required_s", "met", "short", "review"),
    *("contested", "set_aside"),
)


class RatesBy(StrEnum):
    """Of what ground there are rates."""

    GRID = "grid"
    CELL = "cell"


def report(
    name: Annotated[
        str | None,
        typer.Argument(
            help="A report to write into a file: hazards, hotspots, film, rates, visits, analysis. "
            "Left out: the verdicts of weeks."
        ),
    ] = None,
    start: Annotated[
        date | None, typer.Option("--from", parser=day, metavar="DAY", help="First local day.")
    ] = None,
    end: Annotated[
        date | None, typer.Option("--to", parser=day, metavar="DAY", help="Last local day.")
    ] = None,
    *,
    worker: Annotated[
        list[str] | None, typer.Option(help="Code of a worker; may be given more than once; left out: all.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    csv_file: Annotated[
        Path | None, typer.Option("--csv", dir_okay=False, help="Write a CSV file instead of a table.")
    ] = None,
    lang: Annotated[Lang, typer.Option(help="Language of the table.")] = Lang.ZH,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", dir_okay=False, help="The report's new file: .html, or .pdf and .png by Chromium."
        ),
    ] = None,
    period: Annotated[
        str | None, typer.Option(help="Of the analysis: 2026-11-05, 2026-W45 or 2026-11.")
    ] = None,
    by: Annotated[
        RatesBy, typer.Option(help="Of rates: of each grid or, by whole weeks, cell.")
    ] = RatesBy.GRID,
) -> None:
    """Show time inside, required time and verdict per worker and week, and which tracks are worth a look.

    With a name and --out: write a report of the web service as one file.
    """
    if (name is None) != (out is None):
        raise BadInput("A report needs a name and a file", "such as: report hazards --out hazards.pdf")
    if name is not None and out is not None:
        from gis_grid.cli.report_file import write_report  # noqa: PLC0415 - maps take a while to import

        write_report(name, out, lang.value, start, end, period, by.value)
        return
    with database(read_settings()) as engine, transaction(engine) as conn:
        found = week_report(conn, now(), start, end, worker)
    if as_json:
        sys.stdout.write(found.model_dump_json(indent=2) + "\n")
    elif csv_file is not None:
        _write_csv(csv_file, found)
    else:
        Console().print(rendered(found, lang))


def verdict_table(conn: Connection, start: date, end: date, lang: str) -> RenderableType:
    """Return the verdicts of everyone's weeks from `start` to `end`, and the signs, to print."""
    return rendered(week_report(conn, now(), start, end), Lang(lang))


def _write_csv(path: Path, found: WeekReport) -> None:
    """Write one row a worker, week and rule; the byte order mark lets office programs read Chinese."""
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(_CSV_COLUMNS)
            writer.writerows(_csv_rows(found))
    except OSError as error:
        raise BadInput(
            "The CSV file cannot be written", error.strerror or type(error).__name__, where=str(path)
        ) from error


def _csv_rows(found: WeekReport) -> Iterator[list[object]]:
    for week in found.weeks:
        for rule in week.rules:
            values = {**week.model_dump(), **rule.model_dump(), **rule.outcomes.model_dump()}
            yield [values[name] for name in _CSV_COLUMNS]
