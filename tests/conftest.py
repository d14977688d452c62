"""What every test may ask for: a real PostGIS built by the migrations, and a client of the program on it."""

from __future__ import annotations

import gc
import getpass
import itertools
import json
import os
import secrets
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from signed_in import signed_in
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.pool import NullPool
from throwaway import SPEED_OVER_SAFETY, one_at_a_time, reachable_folder, throwaway_cluster

from gis_grid.accounts.http import COOKIE, CSRF_HEADER, csrf_token
from gis_grid.accounts.roles import Role
from gis_grid.kit import extensions, logins
from gis_grid.kit.cluster import Cluster
from gis_grid.kit.cluster_config import ADMIN_ROLE, ROLE
from gis_grid.kit.database import make_engine
from gis_grid.kit.file_lock import FileLock
from gis_grid.kit.migrate import upgrade

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.testclient import TestClient

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure(config: pytest.Config) -> None:
    """Let a run that is told to end tidy up like one that is interrupted; spare it what it need not do."""
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, _end_once)
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.import_plugin("sharing_out")
    # Else each of the hundreds of programs that tests start would compile the whole package.
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    gc.disable()  # modules and collected tests stay


def pytest_collection_finish() -> None:
    """Look for garbage among what tests make, and not each time through all that was collected."""
    gc.freeze()
    gc.enable()


def _end_once(*_: object) -> None:
    """End the run; a further signal, as each process gets from the terminal, does not end the tidying."""
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, signal.SIG_IGN)
    raise KeyboardInterrupt


class Server:
    """The PostGIS of this run, which makes databases and drops them again."""

    def __init__(self, admin_url: str, role: str) -> None:
        self._admin = create_engine(admin_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self.role = role
        self._run = f"gis_grid_test_{secrets.token_hex(4)}"
        self._count = itertools.count(1)

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """Yield the name of a new database, dropped afterwards."""
        name = self.make(template)
        try:
            yield name
        finally:
            self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def make(self, template: str = "template0") -> str:
        """Return the name of a new database, which stays."""
        name = f"{self._run}_{next(self._count)}"
        # Copying files is five times faster than what PostgreSQL does by itself, which spares checkpoints.
        self._execute(
            f'CREATE DATABASE "{name}" OWNER "{self.role}" TEMPLATE "{template}" STRATEGY file_copy'
        )
        return name

    def migrate(self, database: str) -> None:
        """Make all tables in an empty database."""
        extensions.ensure(self.admin_url(database))
        with one_at_a_time():  # logins belong to the server, which another process may use too
            logins.ensure(self.admin_url(database), self.role)
        engine = make_engine(self.url(database))
        upgrade(engine)
        engine.dispose()

    def url(self, database: str) -> str:
        """Return the URL that the program would use."""
        return self._url(database, self.role)

    def admin_url(self, database: str) -> str:
        """Return the URL of one who may create extensions."""
        return self._url(database, self._admin.url.username)

    def _url(self, database: str, role: str | None) -> str:
        url = self._admin.url.set(database=database, username=role)
        return url.render_as_string(hide_password=False)

    def _execute(self, statement: str) -> None:
        with self._admin.connect() as conn:
            conn.execute(text(statement))


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Return one's own PostGIS (``GIS_GRID_DATABASE_URL``) or a throw-away cluster."""
    own = os.environ.get("GIS_GRID_DATABASE_URL")
    if own is not None:
        url = make_url(own).set(drivername="postgresql+psycopg")
        yield Server(url.render_as_string(hide_password=False), url.username or getpass.getuser())
        return
    with throwaway_cluster() as cluster:
        yield Server(cluster.url(role=ADMIN_ROLE), ROLE)


@pytest.fixture(scope="session")
def migrated(server: Server) -> Iterator[str]:
    """Return the name of a migrated and empty database, only to be copied."""
    with server.database() as name:
        server.migrate(name)
        yield name


@pytest.fixture(scope="session")
def cluster_url(server: Server, migrated: str) -> Iterator[str]:
    """Return the URL of the migrated database that the tests share; what they write is rolled back."""
    with server.database(migrated) as name:
        yield server.url(name)


@pytest.fixture(scope="session")
def engine(cluster_url: str) -> Iterator[Engine]:
    """Return an engine on the shared database."""
    engine = make_engine(cluster_url)
    yield engine
    engine.dispose()


@pytest.fixture
def conn(engine: Engine) -> Iterator[Connection]:
    """Return a connection whose writes are undone after the test."""
    with engine.connect() as conn, conn.begin() as transaction:
        yield conn
        transaction.rollback()


@pytest.fixture
def fresh_database(server: Server, migrated: str) -> Iterator[str]:
    """Return the URL of a migrated and empty database of this test's own, for what commits."""
    with server.database(migrated) as name:
        yield server.url(name)


@pytest.fixture(scope="module")
def module_database(server: Server, migrated: str) -> Iterator[str]:
    """Return the URL of a migrated database that the tests of one file share, for what commits."""
    with server.database(migrated) as name:
        yield server.url(name)


@pytest.fixture(scope="module")
def module_engine(module_database: str) -> Iterator[Engine]:
    """Return an engine on the database that the tests of one file share."""
    engine = make_engine(module_database)
    yield engine
    engine.dispose()


@dataclass(frozen=True)
class FirstDemo:
    """What `gis-grid demo --exit` said on an empty database, and what it left there, only to be copied."""

    answer: subprocess.CompletedProcess[str]
    server: Server
    database: str

    @contextmanager
    def copied(self) -> Iterator[str]:
        """Yield the URL of a copy."""
        with self.server.database(self.database) as name:
            yield self.server.url(name)


@pytest.fixture(scope="session")
def first_demo(request: pytest.FixtureRequest) -> Iterator[FirstDemo]:
    """Run `gis-grid demo --exit` once, also for the other processes of this run that need it."""
    folder = getattr(request.config, "workerinput", {}).get("folder_of_all")
    if folder is None or "GIS_GRID_DATABASE_URL" in os.environ:
        server: Server = request.getfixturevalue("server")
        with server.database(request.getfixturevalue("migrated")) as name:
            yield FirstDemo(_run_demo(server, name), server, name)
    else:
        with _first_demo_of_all(Path(folder)) as first:
            yield first


@contextmanager
def _first_demo_of_all(folder: Path) -> Iterator[FirstDemo]:
    """Yield what the first process that asks makes in a cluster of all; the last to leave stops that."""
    told = folder / "first_demo.json"
    with Cluster(folder, settings=SPEED_OVER_SAFETY) as url:
        admin = make_url(url).set(username=ADMIN_ROLE)
        server = Server(admin.render_as_string(hide_password=False), ROLE)
        making = FileLock(folder / "first_demo")
        making.acquire(patience_s=300)
        try:
            if not told.exists():
                name = server.make()
                server.migrate(name)
                said = _run_demo(server, name)
                answer = (said.args, said.returncode, said.stdout, said.stderr)
                told.write_text(json.dumps([name, answer]), "utf-8")
        finally:
            making.release()
        name, answer = json.loads(told.read_text("utf-8"))
        yield FirstDemo(subprocess.CompletedProcess(*answer), server, name)


def _run_demo(server: Server, database: str) -> subprocess.CompletedProcess[str]:
    from begun import ended  # the program takes a while to import

    return ended("demo", "--exit", environment={**os.environ, "GIS_GRID_DATABASE_URL": server.url(database)})


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """Return an empty data folder, for what starts a private cluster of its own; it is stopped afterwards."""
    with reachable_folder() as folder:
        yield folder


@pytest.fixture
def client(anonymous: TestClient, conn: Connection) -> TestClient:
    """Return a client signed in as one who may see everything everywhere."""
    secret = signed_in(conn, "everyone", [(role, None) for role in Role if role is not Role.WORKER])
    anonymous.cookies.set(COOKIE, secret)
    anonymous.headers[CSRF_HEADER] = csrf_token(secret)
    return anonymous


@pytest.fixture
def anonymous(conn: Connection) -> Iterator[TestClient]:
    """Return a client of the program whose requests see, and write into, the test's transaction.

    Each request has the rights of the service's own login, and row level security is in force.
    """
    from answering import client_on  # the program takes a while to import

    with client_on(conn) as client:
        yield client


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of the Chromium that browser tests drive."""
    finder = subprocess.run(
        [ROOT / "scripts" / "find_chromium.sh"], capture_output=True, text=True, check=False
    )
    assert finder.returncode == 0, finder.stderr
    return finder.stdout.strip()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of published data sets beside the checkout."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"needs the published data sets in {folder}")
    return folder
