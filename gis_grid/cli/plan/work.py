"""What the commands of planning have in common: one transaction, who does it, how grids are named."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

import orjson
import typer

from gis_grid.cli.checking.words import Lang
from gis_grid.cli.connect import database
from gis_grid.cli.operator import operator
from gis_grid.kit.clock import now
from gis_grid.kit.database import transaction
from gis_grid.kit.errors import BadInput
from gis_grid.kit.settings import read_settings
from gis_grid.planning import service
from gis_grid.planning.service import PlanningRules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

DraftId = Annotated[int, typer.Argument(metavar="DRAFT", help="Number of the draft, see `plan list`.", min=1)]
GRID_HELP: Final = "The end of its code, its whole code, or + and a number for a new one: see `plan show`."
Grid = Annotated[str, typer.Argument(metavar="GRID", help=GRID_HELP)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Language = Annotated[Lang, typer.Option("--lang", help="Language of the words.")]


@dataclass(frozen=True, slots=True)
class Work:
    """A transaction of a command, and who does what when."""

    conn: Connection
    rules: PlanningRules
    who: str
    now: datetime

    def revised(self, draft: int) -> dict[str, Any]:
        """Return what every change takes: the revision that the draft has now, who, when."""
        revision = service.open_draft(self.conn, draft).row.revision
        return {"revision": revision, "who": self.who, "now": self.now}


@contextmanager
def at_work() -> Iterator[Work]:
    """Yield a transaction in which the operator may plan everywhere."""
    settings = read_settings()
    with database(settings) as engine, transaction(engine) as conn:
        yield Work(conn, PlanningRules.of(settings), operator(), now())


def labels(work: Work, draft: int, names: list[str]) -> list[int]:
    """Return the labels of grids by their names.

    Raises
    ------
    BadInput
        When the draft has no such grid.
    """
    shown = service.read(work.conn, draft)
    known = _named(shown)
    for name in names:
        if name not in known:
            listed = ", ".join(called(grid, shown) for grid in shown["grids"][:20]) or "none"
            raise BadInput("No such grid", f"{name!r}; the draft has {listed}")
    return [known[name] for name in names]


def called(grid: Mapping[str, Any], draft: Mapping[str, Any]) -> str:
    """Return what a grid of a draft is called: the end of its code, or + and its label when it is new."""
    if grid["code"] is None:
        return f"+{grid['label']}"
    code: str = grid["code"]
    return code.removeprefix(draft["community"]["code"]) or code


def _named(shown: Mapping[str, Any]) -> dict[str, int]:
    found = {}
    for grid in shown["grids"]:
        for name in (called(grid, shown), grid["code"]):
            if name is not None:
                found[name] = grid["label"]
    return found


def print_json(value: Any) -> None:
    """Print a value as JSON, times in ISO 8601."""
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n")
