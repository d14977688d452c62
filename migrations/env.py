"""Alembic's entry: uses the connection it is handed, or GIS_GRID_DATABASE_URL when called by hand."""

from alembic import context

from gis_grid.kit.database import make_engine
from gis_grid.kit.settings import Settings


def run(connection) -> None:  # type: ignore[no-untyped-def]
    connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
    context.configure(connection=connection, transaction_per_migration=False)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    url = Settings().database_url
    if url is None:
        raise SystemExit("set GIS_GRID_DATABASE_URL, or use `gis-grid db upgrade` for the private cluster")
    with make_engine(url).begin() as own:
        run(own)
