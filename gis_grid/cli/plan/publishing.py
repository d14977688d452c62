"""`gis-grid plan propose`, `compare`, `review`, `publish`, `withdraw`, `drop`."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - typer reads the annotations
from typing import Annotated, Any

import typer

from gis_grid.cli.dates import moment, shown
from gis_grid.cli.plain_table import print_rows, say, tell
from gis_grid.cli.plan.work import AsJson, DraftId, at_work, print_json
from gis_grid.planning import service


def propose(
    draft: DraftId,
    *,
    seed: Annotated[int | None, typer.Option(min=0, help="Left out: the draft's.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show a few divisions that the machine would make; `plan divide --rank` makes one."""
    with at_work() as work:
        found = service.propose(work.conn, draft, seed=seed)
    if as_json:
        print_json(found)
        return
    heads = ("rank", "grids", "in range", "households", "exceptions", "compact", "worst", "on roads")
    rows = [
        (
            str(one["rank"] + 1),
            str(one["grids"]),
            str(one["in_range"]),
            f"{one['households']['least']}-{one['households']['most']}",
            ", ".join(f"{each['households']} {each['cause']}" for each in one["exceptions"]) or "-",
            f"{one['compactness']:.2f}",
            f"{one['worst_compactness']:.2f}",
            f"{one['on_ground_share']:.0%}",
        )
        for one in found
    ]
    print_rows(heads, rows)


def compare(draft: DraftId, *, as_json: AsJson = False) -> None:
    """Show what would be otherwise than today: grids, households that move, workers."""
    with at_work() as work:
        found = service.compare(work.conn, draft, now=work.now)
    if as_json:
        print_json(found)
        return
    grids = [
        (
            _goal(one),
            one["change"],
            "-" if one["households_before"] is None else str(one["households_before"]),
            "-" if one["households"] is None else str(one["households"]),
        )
        for one in found["grids"]
    ]
    print_rows(("grid", "change", "before", "after"), grids)
    moves = [
        (one["from"], _goal(one["to"]), str(one["households"]), f"{one['area_m2'] / 10_000:.2f}")
        for one in found["moves"]
    ]
    if moves:
        say("")
        print_rows(("from", "to", "households", "ha"), moves)
    workers = [
        (one["code"], one["name"], one["from"], _goal(one["to"])) for one in found["workers"] if one["moves"]
    ]
    if workers:
        say("")
        print_rows(("worker", "name", "from", "to"), workers)
    totals = found["totals"]
    tell(f"{totals['households_moved']:,} of {totals['households']:,} households move")
    if found["without_worker"]:
        code = {one["label"]: _goal(one) for one in found["grids"]}
        tell(f"nobody walks {', '.join(code[label] for label in found['without_worker'])}")
    if found["outdated"]:
        tell("the boundaries in force are others by now: open a new draft")


def review(
    draft: DraftId, *, note: Annotated[str, typer.Option(help="What is to be said of it.")] = ""
) -> None:
    """Say that one has looked a draft over."""
    with at_work() as work:
        service.review(work.conn, draft, **work.revised(draft), note=note)
    tell(f"{draft} is reviewed")


def publish(
    draft: DraftId,
    *,
    valid_from: Annotated[
        datetime | None,
        typer.Option(
            "--from", parser=moment, metavar="TIME", help="A local time; left out: the next midnight."
        ),
    ] = None,
) -> None:
    """Put a draft into force from a moment on, and print the number of the publication."""
    with at_work() as work:
        at = valid_from
        if at is not None and at.tzinfo is None:
            at = at.replace(tzinfo=work.rules.tz)
        number = service.publish(work.conn, draft, **work.revised(draft), rules=work.rules, valid_from=at)
        found = service.read(work.conn, draft)
    tell(f"{found['totals']['grids']} grids from {shown(found['valid_from'], work.rules.tz)} on")
    say(str(number))


def withdraw(draft: DraftId) -> None:
    """Take a publication back before its moment."""
    with at_work() as work:
        service.withdraw(work.conn, draft, **work.revised(draft))
    tell(f"{draft} is withdrawn")


def drop(draft: DraftId) -> None:
    """Put a draft away."""
    with at_work() as work:
        service.drop(work.conn, draft, **work.revised(draft))
    tell(f"{draft} is put away")


def _goal(to: dict[str, Any] | None) -> str:
    return "-" if to is None else str(to["code"] or f"+{to['label']}")
