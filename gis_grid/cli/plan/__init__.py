"""`gis-grid plan`: divisions of communities into grids, drafted, edited, compared, published."""

from __future__ import annotations

import typer

from gis_grid.cli.plan import divisions, drafts, edits, exchange, partition, publishing, town

app = typer.Typer(name="plan", no_args_is_help=True, help="Divide communities into grids.")

for _command in (
    *(drafts.new, drafts.list_, drafts.show),
    *(edits.split, edits.merge, edits.draw, edits.move, edits.border),
    *(edits.lock, edits.accept, edits.divide, edits.fill_gaps, edits.join_detached, edits.refresh),
    *(edits.choose, edits.edit, edits.undo, edits.redo),
    partition.partition,
    town.partition_all,
    *(publishing.propose, publishing.compare, publishing.review, publishing.publish),
    *(publishing.withdraw, publishing.drop),
    *(exchange.export, exchange.import_),
    *(divisions.divisions, divisions.restore, divisions.lineage),
):
    app.command(_command.__name__.rstrip("_").replace("_", "-"))(_command)
