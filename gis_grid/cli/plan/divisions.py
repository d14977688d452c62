"""`gis-grid plan divisions`, `restore`, `lineage`: what was published."""

from __future__ import annotations

from typing import Annotated

import typer

from gis_grid.cli.dates import shown
from gis_grid.cli.plain_table import print_rows, say, tell
from gis_grid.cli.plan.work import AsJson, at_work, print_json
from gis_grid.planning import service


def divisions(
    *,
    community: Annotated[str | None, typer.Option(help="Code of a community; left out: all.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what was published, newest first."""
    with at_work() as work:
        found = service.divisions(work.conn, community)
    if as_json:
        print_json(found)
        return
    rows = [
        (
            str(one["id"]),
            one["community"]["code"],
            one["scenario"]["name"],
            shown(one["valid_from"], work.rules.tz),
            "-" if one["grids"] is None else str(one["grids"]),
            one["published_by"],
            one["reviewed_by"] or "-",
            "-" if one["withdrawn_at"] is None else shown(one["withdrawn_at"], work.rules.tz),
        )
        for one in found
    ]
    heads = ("number", "community", "name", "from", "grids", "published by", "reviewed by", "withdrawn")
    print_rows(heads, rows)


def restore(
    publication: Annotated[
        int, typer.Argument(metavar="NUMBER", help="Of the publication, see `plan divisions`.", min=1)
    ],
    *,
    predecessor: Annotated[
        bool, typer.Option("--predecessor", help="The division that was in force before it.")
    ] = False,
) -> None:
    """Open a draft that brings a division back, and print its number."""
    with at_work() as work:
        draft = service.restore(
            work.conn, publication, who=work.who, now=work.now, rules=work.rules, predecessor=predecessor
        )
    tell("publish it to bring the division back")
    say(str(draft))


def lineage(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Of a grid.")], *, as_json: AsJson = False
) -> None:
    """Show what a grid came from and what came from it."""
    with at_work() as work:
        found = service.lineage_of(work.conn, code)
    if as_json:
        print_json(found)
        return
    tz = work.rules.tz
    rows = [
        (
            str(one["id"]),
            one["code"],
            one["name"],
            "always" if one["valid_from"] is None else shown(one["valid_from"], tz),
            "-" if one["valid_to"] is None else shown(one["valid_to"], tz),
            "-" if one["households"] is None else str(one["households"]),
        )
        for one in found["boundaries"]
    ]
    print_rows(("boundary", "grid", "name", "from", "until", "households"), rows)
    links = [
        (str(one["parent"]), str(one["child"]), one["kind"], str(one["households"]), f"{one['area_m2']:,.0f}")
        for one in found["links"]
    ]
    if links:
        say("")
        print_rows(("parent", "child", "kind", "households", "m2"), links)
