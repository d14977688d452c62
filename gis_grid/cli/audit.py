"""`gis-grid audit`: whether the ledger is what was written, and what is in it."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from gis_grid import __version__
from gis_grid.cli.connect import database
from gis_grid.cli.dates import day
from gis_grid.cli.evidence import verify_bundle
from gis_grid.cli.new_file import new_file
from gis_grid.cli.operator import operator
from gis_grid.cli.plain_table import say
from gis_grid.kit.clock import now
from gis_grid.kit.database import transaction
from gis_grid.kit.errors import BadInput, Conflict
from gis_grid.kit.settings import read_settings
from gis_grid.ledger import chain
from gis_grid.ledger import service as ledger
from gis_grid.ledger.checkpoint import Checkpoint
from gis_grid.patrols.data_export import export_data
from gis_grid.patrols.visiting.rules import VisitRules

app = typer.Typer(
    name="audit",
    no_args_is_help=True,
    help="Check the ledger or a bundle of evidence, show what is in the ledger, give a worker what is held.",
)


@app.command()
def verify(
    bundle: Annotated[
        Path | None,
        typer.Argument(dir_okay=False, help="A bundle of evidence, judged again; without it, the ledger."),
    ] = None,
    *,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(dir_okay=False, help="A checkpoint kept elsewhere; may be given more than once."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Of a bundle: print JSON.")] = False,
) -> None:
    """Recompute the chain of hashes over all entries; exit code 1 when it is broken, with where first.

    Of a bundle of evidence: check every digest and judge it again, without a database. Exit code 0: same,
    1: something differs, 2: it cannot be read.
    """
    if bundle is not None:
        if checkpoint:
            raise BadInput("Nothing to hold a checkpoint against", "a bundle is not the ledger")
        verify_bundle(bundle, as_json=as_json)
        return
    if as_json:
        raise BadInput("There is no JSON of the ledger", "--json goes with a bundle")
    kept = [Checkpoint.read(path) for path in checkpoint or ()]
    found = _verified(kept)
    say(f"{found.good} entries are what was written; the chain ends at link {max(found.seq, 0)}")
    for one in kept:
        if one.seq <= found.seq and found.first_break is None:
            say(f"and what was before {one.at:%Y-%m-%d %H:%M} UTC is that of its checkpoint ({one.entries})")
    if found.first_break is not None:
        say(f"BROKEN at {found.first_break}")
        if found.breaks > 1:
            say(f"and at {found.breaks - 1} places more")
        raise typer.Exit(1)


@app.command()
def checkpoint(file: Annotated[Path, typer.Argument(dir_okay=False)]) -> None:
    """Check the chain and write where it ends into a new file, to be kept on another machine."""
    found = _verified([])
    if found.first_break is not None:
        raise Conflict("The ledger is broken: no checkpoint was written", str(found.first_break))
    Checkpoint(
        seq=found.seq,
        hash=found.digest.hex(),
        at=now(),
        entries=found.good,
        program=f"gis-grid {__version__}",
    ).write(file)
    say(f"{file}: {found.good} entries, link {found.seq}, hash {found.digest.hex()}")


@app.command(name="list")
def list_(
    *,
    subject: Annotated[str | None, typer.Option(help="Such as worker:W001 or account:ling.")] = None,
    action: Annotated[str | None, typer.Option(help="Such as import, sign_in or look_at_track.")] = None,
    start: Annotated[
        date | None, typer.Option("--from", parser=day, metavar="DAY", help="First local day.")
    ] = None,
    end: Annotated[
        date | None, typer.Option("--to", parser=day, metavar="DAY", help="Last local day.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
) -> None:
    """Show the newest entries, newest first: number, time, who, what, to what, details."""
    settings = read_settings()

    with database(settings) as engine, transaction(engine) as conn:
        rows = ledger.entries(
            conn,
            subject=subject,
            action=action,
            since=None if start is None else datetime.combine(start, time.min, settings.tz),
            until=None if end is None else datetime.combine(end, time.max, settings.tz),
            limit=limit,
        )
        for row in rows:
            at = row["at"].astimezone(settings.tz).isoformat(sep=" ", timespec="seconds")
            detail = json.dumps(row["detail"], ensure_ascii=False)
            say(f"{row['id']}  {at}  {row['actor']}  {row['action']}  {row['subject']}  {detail}")


@app.command()
def data(
    code: Annotated[str, typer.Argument(help="Code of a grid worker.")],
    file: Annotated[Path, typer.Argument(dir_okay=False, help="ZIP to write.")],
) -> None:
    """Write all that is held about one worker into a ZIP, for the worker; the ledger has it."""
    settings = read_settings()
    with new_file(file) as target, database(settings) as engine, transaction(engine) as conn:
        export_data(
            conn,
            code,
            target,
            tz=settings.tz,
            now=now(),
            actor=operator(),
            actor_worker_id=None,
            hidden=VisitRules.read(settings, now()).hidden_anywhere(),
        )
    say(f"{file}: all that is held about {code}")


def _verified(kept: list[Checkpoint]) -> chain.Verified:
    with (
        database(read_settings()) as engine,
        # One snapshot: what is committed meanwhile is neither missing nor too much.
        transaction(engine.execution_options(isolation_level="REPEATABLE READ")) as conn,
    ):
        return chain.verify(conn, kept)
