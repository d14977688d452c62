"""How a command reaches its database: one's own by URL, or the private cluster, started when needed."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from gis_grid.kit.cluster import Cluster
from gis_grid.kit.database import make_engine
from gis_grid.kit.migrate import upgrade

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from sqlalchemy import Engine

    from gis_grid.kit.settings import Settings


@contextmanager
def database(settings: Settings) -> Iterator[Engine]:
    """Yield an engine on migrated tables; a private cluster that this call started is stopped after."""
    with _place(settings) as url:
        engine = make_engine(url)
        try:
            upgrade(engine)
            yield engine
        finally:
            engine.dispose()


def _place(settings: Settings) -> AbstractContextManager[str]:
    if settings.database_url is not None:
        return nullcontext(settings.database_url)
    return Cluster(settings.data_dir, user=settings.cluster_user)
