"""`gis-grid import --as visit-targets`: the places that are visited, as the office lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from gis_grid.cli.bad_rows import tell_left_out
from gis_grid.cli.connect import database
from gis_grid.cli.operator import operator
from gis_grid.kit import clock
from gis_grid.kit.database import transaction
from gis_grid.patrols.visiting.rules import VisitRules
from gis_grid.visits.target_import import import_targets

if TYPE_CHECKING:
    from pathlib import Path

    from gis_grid.cli.import_incidents import Bar
    from gis_grid.kit.settings import Settings
    from gis_grid.visits.target_import import TargetList


def import_visit_targets(settings: Settings, wanted: TargetList, bad_rows: Path | None, bar: Bar) -> None:
    """Import a list and say what it came to."""
    at = clock.now()
    rules = VisitRules.read(settings, at)
    with database(settings) as engine, bar(wanted.path.name) as advance_to, transaction(engine) as conn:
        done = import_targets(
            conn,
            wanted,
            only_counted=lambda codes: rules.of(codes).hidden,
            tz=settings.tz,
            at=at,
            actor=operator(),
            progress=advance_to,
        )
    loaded = done.loaded
    typer.echo(
        f"visit targets: {loaded.new:,} new, {loaded.changed:,} changed, {loaded.same:,} the same already"
    )
    for note in done.notes:
        typer.echo(f"note: {note}")
    tell_left_out(done.left_out.errors, done.left_out.count, bad_rows)
