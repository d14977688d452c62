"""How a command reaches its database: one's own by URL, or the private cluster, started when needed."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url

from gis_grid.kit.cluster import Cluster
from gis_grid.kit.cluster_watch import kept_alive
from gis_grid.kit.database import Engines, login_of, make_engine, transaction
from gis_grid.kit.direct import Direct
from gis_grid.kit.logins import LOGINS, SERVICE_ROLE
from gis_grid.kit.migrate import upgrade
from gis_grid.kit.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from datetime import tzinfo

    from sqlalchemy import Connection, Engine

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


@contextmanager
def one_transaction() -> Iterator[tuple[Connection, tzinfo]]:
    """Yield a transaction of a command that needs no more than one, and the zone of local times."""
    settings = read_settings()
    with database(settings) as engine, transaction(engine) as conn:
        yield conn, settings.tz


@contextmanager
def service_database(settings: Settings) -> Iterator[tuple[Engine, Engines]]:
    """Yield the owner's engine on migrated tables, and the logins of the web service.

    A database of one's own without logins of its own for them is reached by its one URL, and each connection
    takes the login's role: that holds against a mistake in a query, not against SQL of a stranger.
    A private cluster that is killed meanwhile is started again.
    """
    place = _place(settings)
    with place as url, kept_alive(place) if isinstance(place, Cluster) else nullcontext():
        owner = make_engine(url)
        engines = engines_of(settings, url)
        try:
            upgrade(owner)
            yield owner, engines
        finally:
            engines.dispose()
            owner.dispose()


def engines_of(settings: Settings, url: str) -> Engines:
    """Return the logins of the web service on a database that its owner reaches by a URL."""
    if settings.database_url is None:
        logins = [make_url(url).set(username=role).render_as_string() for role in LOGINS]
        service, door, intake = map(make_engine, logins)
        return Engines(service, door, intake, Direct(login_of(logins[0])))
    own = (settings.service_database_url, settings.door_database_url, settings.intake_database_url)
    service, door, intake = (
        make_engine(url, role=role) if login is None else make_engine(login)
        for login, role in zip(own, LOGINS, strict=True)
    )
    direct = login_of(url, role=SERVICE_ROLE) if own[0] is None else login_of(own[0])
    return Engines(service, door, intake, Direct(direct))


def _place(settings: Settings) -> AbstractContextManager[str]:
    if settings.database_url is not None:
        return nullcontext(settings.database_url)
    return Cluster(settings.data_dir, user=settings.cluster_user)
