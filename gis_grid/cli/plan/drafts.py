"""`gis-grid plan new`, `list`, `show`: drafts."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from gis_grid.cli.checking.words import Lang
from gis_grid.cli.dates import shown
from gis_grid.cli.plain_table import print_rows, say, tell
from gis_grid.cli.plan.showing import rendered
from gis_grid.cli.plan.work import AsJson, DraftId, Language, at_work, print_json
from gis_grid.core.plan.limits import Limits, Size
from gis_grid.kit.errors import BadInput
from gis_grid.planning import service

Least = Annotated[
    int | None,
    typer.Option("--min", min=1, help="What a grid holds at least; left out: 300, or 1350 people."),
]
Most = Annotated[
    int | None, typer.Option("--max", min=1, help="What a grid holds at most; left out: 500, or 1650 people.")
]
Target = Annotated[int | None, typer.Option(min=1, help="What is wanted; left out: in the middle.")]
People = Annotated[bool, typer.Option("--people", help="Count people instead of households.")]
Seed = Annotated[int, typer.Option(min=0, help="Equal seeds divide equally.")]
Empty = Annotated[bool, typer.Option("--empty", help="Begin without grids, not with today's.")]


def limits_of(least: int | None, most: int | None, target: int | None, *, people: bool) -> Limits:
    """Return limits as they were asked for.

    Raises
    ------
    BadInput
        When they are not in order.
    """
    try:
        return Limits.of(Size.PEOPLE if people else Size.HOUSEHOLDS, least, most, target)
    except ValueError as error:
        raise BadInput("The limits are not in order", str(error)) from error


def new(
    community: Annotated[str, typer.Argument(metavar="COMMUNITY", help="Its code.")],
    *,
    name: Annotated[str, typer.Option(help="Left out: the community's name and the day.")] = "",
    empty: Empty = False,
    least: Least = None,
    most: Most = None,
    target: Target = None,
    people: People = False,
    seed: Seed = 1,
) -> None:
    """Open a draft of a community and print its number."""
    limits = limits_of(least, most, target, people=people)
    start = service.Start.EMPTY if empty else service.Start.TODAY
    wanted = service.Wanted(community, name, start, limits, seed)
    with at_work() as work:
        draft = service.open_scenario(work.conn, wanted, who=work.who, now=work.now, rules=work.rules)
        found = service.read(work.conn, draft)
    totals = found["totals"]
    tell(
        f"{found['name']}: {totals['households']:,} households, {totals['grids']} grids, "
        f"{totals['in_range']} within {limits.least} to {limits.most}"
    )
    say(str(draft))


def list_(
    *,
    community: Annotated[str | None, typer.Option(help="Code of a community; left out: all.")] = None,
    dropped: Annotated[bool, typer.Option("--dropped", help="Also drafts that were put away.")] = False,
    as_json: AsJson = False,
) -> None:
    """List drafts and what became of them, what changed last first."""
    with at_work() as work:
        found = service.drafts(work.conn, community, dropped=dropped)
    if as_json:
        print_json(found)
        return
    rows = [
        (
            str(one["id"]),
            one["community"]["code"],
            one["name"],
            one["state"],
            shown(one["changed_at"], work.rules.tz),
            one["created_by"],
            "-" if one["valid_from"] is None else shown(one["valid_from"], work.rules.tz),
        )
        for one in found
    ]
    print_rows(("draft", "community", "name", "state", "changed", "by", "from"), rows)


def show(draft: DraftId, *, as_json: AsJson = False, lang: Language = Lang.ZH) -> None:
    """Show the grids of a draft, what is to be said of them, and its history."""
    with at_work() as work:
        found = service.read(work.conn, draft)
    if as_json:
        print_json(found)
    else:
        Console().print(rendered(found, lang, work.rules.tz))
