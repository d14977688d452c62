"""The command line: one module a command, all named here and imported only when called."""

from __future__ import annotations

import gc
import io
import signal
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_command

from gis_grid.kit.errors import GisGridError

if TYPE_CHECKING:
    from types import ModuleType

COMMANDS: Final = {
    "demo": "gis_grid.cli.demo:demo",
    "check": "gis_grid.cli.check:check",
    "import": "gis_grid.cli.import_:import_",
    "locate": "gis_grid.cli.locate:locate",
    "judge": "gis_grid.cli.judge:judge",
    "report": "gis_grid.cli.report:report",
    "export": "gis_grid.cli.export:export",
    "seal": "gis_grid.cli.seal:seal",
    "archive": "gis_grid.cli.archive:archive",
    "restore": "gis_grid.cli.restore:restore",
    "basemap": "gis_grid.cli.basemap:app",
    "tiles": "gis_grid.cli.tiles:app",
    "serve": "gis_grid.cli.serve:serve",
    "work": "gis_grid.cli.work:work",
    "jobs": "gis_grid.cli.jobs:jobs",
    "plan": "gis_grid.cli.plan:app",
    "openapi": "gis_grid.cli.openapi:openapi",
    "db": "gis_grid.cli.db:app",
    "user": "gis_grid.cli.user:app",
    "token": "gis_grid.cli.token:app",
    "device": "gis_grid.cli.device:app",
    "quarantine": "gis_grid.cli.quarantine:app",
    "audit": "gis_grid.cli.audit:app",
    "sample": "gis_grid.cli.sample:app",
    "simulate": "gis_grid.cli.simulate:simulate",
}
"""Every command: a function, or a group of its own."""


class CommandsOnDemand(TyperGroup):
    """Imports a command when it is called: a check of one track need not load the web service."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        """Name all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        target = getattr(_imported(module), attribute)
        if not isinstance(target, typer.Typer):
            single = typer.Typer(add_completion=False)
            single.command(cmd_name)(target)
            target = single
        return get_command(target)


def _imported(name: str) -> ModuleType:
    """Import a module without a look for garbage: modules stay, and looking took a fifth of the start."""
    if name in sys.modules:
        return sys.modules[name]
    gc.disable()
    try:
        return import_module(name)
    finally:
        gc.freeze()
        gc.enable()


app = typer.Typer(
    name="gis-grid",
    cls=CommandsOnDemand,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def about() -> None:
    """Grid management of communities on a map: import, judge, show."""


_MAX_LISTED_ERRORS = 20


def main() -> None:
    """Run the command line; what a person can mend is one clear message and no traceback."""
    # Ended by a service manager or a closed terminal it unwinds, and stops the private cluster.
    for sign in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, _end)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without the sign shows "?" and not a traceback
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
