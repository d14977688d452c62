"""The command line: one module a command, all registered here."""

from __future__ import annotations

import signal
import sys

import typer

from gis_grid.cli import db, sample
from gis_grid.cli.check import check
from gis_grid.cli.demo import demo
from gis_grid.cli.import_ import import_
from gis_grid.cli.judge import judge
from gis_grid.cli.openapi import openapi
from gis_grid.cli.report import report
from gis_grid.cli.serve import serve
from gis_grid.kit.errors import GisGridError

app = typer.Typer(
    name="gis-grid",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Grid management of communities on a map: import, judge, show.",
)

app.command()(demo)
app.command()(check)
app.command("import")(import_)
app.command()(judge)
app.command()(report)
app.command()(serve)
app.command()(openapi)
app.add_typer(db.app)
app.add_typer(sample.app)

_MAX_LISTED_ERRORS = 20


def main() -> None:
    """Run the command line; what a person can mend is one clear message and no traceback."""
    # Ended by a service manager or a closed terminal it unwinds, and stops the private cluster.
    for sign in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, _end)
    try:
        app()
    except GisGridError as error:
        sys.stderr.write(f"error: {error}\n")
        for row in error.errors[:_MAX_LISTED_ERRORS]:
            sys.stderr.write(f"  {row}\n")
        if len(error.errors) > _MAX_LISTED_ERRORS:
            sys.stderr.write(f"  ... and {len(error.errors) - _MAX_LISTED_ERRORS} more\n")
        raise SystemExit(error.exit_code) from None


def _end(sign: int, _: object) -> None:
    raise SystemExit(128 + sign)
