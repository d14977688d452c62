"""`gis-grid db`: the private cluster, by hand."""

from __future__ import annotations

import typer

from gis_grid.cli.connect import database
from gis_grid.cli.plain_table import say
from gis_grid.kit.cluster import Cluster
from gis_grid.kit.errors import Conflict
from gis_grid.kit.settings import Settings, read_settings

app = typer.Typer(
    name="db", no_args_is_help=True, help="Start, stop, look at or upgrade the private PostGIS cluster."
)


@app.command()
def start() -> None:
    """Make the private cluster when there is none, and keep it running until `gis-grid db stop`."""
    cluster = _private_cluster(read_settings())
    url = cluster.start(keep=True)
    cluster.leave()
    say(f"running: {url}")


@app.command()
def stop() -> None:
    """Stop the private cluster; programs that still use it lose their connections."""
    was_running = _private_cluster(read_settings()).stop()
    say("stopped" if was_running else "was not running")


@app.command()
def status() -> None:
    """Say where the private cluster is and of which version; exit code 3 when it does not run."""
    found = _private_cluster(read_settings()).status()
    if found.made_by is None:
        say(f"{found.folder}: nothing there yet")
        raise typer.Exit(3)
    say(f"folder:     {found.folder}")
    say(f"made by:    PostgreSQL {found.made_by}")
    say(f"installed:  PostgreSQL {', '.join(map(str, found.installed)) or 'none with PostGIS'}")
    if found.pid is None:
        say("state:      stopped")
        raise typer.Exit(3)
    until = "until `gis-grid db stop`" if found.kept else "while a program uses it"
    say(f"state:      running as process {found.pid}, {until}")
    say(f"socket:     {found.socket_folder}")


@app.command()
def upgrade() -> None:
    """Bring the tables, and in the private cluster the extensions, to this program's versions."""
    settings = read_settings()
    if settings.database_url is None:
        for extension in _private_cluster(settings).upgrade():
            say(f"{extension.name}: {extension.version} -> {extension.available}")
    with database(settings):
        say("the tables are of this program's version")


def _private_cluster(settings: Settings) -> Cluster:
    if settings.database_url is not None:
        raise Conflict(
            "There is no private cluster", "GIS_GRID_DATABASE_URL names a database of your own; unset it"
        )
    return Cluster(settings.data_dir, user=settings.cluster_user)
