"""A private PostgreSQL cluster with PostGIS: made, started and stopped by the program that needs it.

Everything is in one folder, ``<data folder>/cluster``::

    data/         PostgreSQL's own folder; there only when complete (made under another name, then renamed)
    run/          the socket; elsewhere when this path would be too long for one
    server.log    what the server said
    lock          held while the cluster is made, started or stopped
    users         held shared by every program that uses the cluster; the last one to leave stops it
    server        held by PostgreSQL's processes as long as one of them lives
    keep          there after `gis-grid db start`: nobody stops it but `gis-grid db stop`
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import URL

from gis_grid.kit import cluster_config as config
from gis_grid.kit import extensions, logins, postgres
from gis_grid.kit.cluster_server import ClusterServer
from gis_grid.kit.errors import NotReady
from gis_grid.kit.file_lock import FileLock
from gis_grid.kit.postmaster import Postmaster

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_PATIENCE_S = 300


@dataclass(frozen=True, slots=True)
class ClusterStatus:
    """What is there of a cluster; ``None`` where there is nothing to say.

    Parameters
    ----------
    made_by, installed
        PostgreSQL major versions: of the data, and of this machine (those with PostGIS).
    kept
        Whether it stays when the last program leaves.
    """

    folder: Path
    made_by: int | None
    installed: tuple[int, ...]
    pid: int | None
    socket_folder: Path | None
    kept: bool


class Cluster:
    """The cluster of one data folder.

    Parameters
    ----------
    data_dir
        The program's data folder; made when missing.
    user
        The system account to run a new cluster as when the caller is root; ``None``: `postgres`, else
        `nobody`. An existing cluster runs as the owner of its folder.
    settings
        PostgreSQL settings that replace or follow those of `cluster_config.SETTINGS`.

    Examples
    --------
    ``with Cluster(Path("/var/lib/gis-grid")) as url: ...`` starts the server when it is not running, and
    stops it at the end when no other program uses it.
    """

    def __init__(
        self, data_dir: Path, *, user: str | None = None, settings: Mapping[str, str] | None = None
    ) -> None:
        self.folder = data_dir.expanduser().absolute() / "cluster"
        self._user = user
        self._server = ClusterServer(self.folder, settings or {})
        self._users = FileLock(self.folder / "users")
        self._keep_file = self.folder / "keep"

    def __enter__(self) -> str:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.leave()

    def start(self, *, keep: bool = False) -> str:
        """Make the cluster when there is none, start it when it is not running, and return its URL.

        Parameters
        ----------
        keep
            Leave it running when the last program leaves, until `stop`.

        Raises
        ------
        NotReady
            When the machine lacks PostgreSQL, PostGIS, an account or a reachable folder.
        Unavailable
            When the server does not start, with the end of its log.
        """
        with self._using():
            self._complete()
            if keep:
                self._keep_file.touch()
        return self.url()

    def upgrade(self) -> list[extensions.Extension]:
        """Bring the extensions to this machine's versions, and return those that were behind.

        Raises
        ------
        NotReady
            When the data is of an older PostgreSQL than the newest installed, with the way to move it.
        """
        if self._server.data.exists():
            made_by, newest = postgres.of_major(self._server.major), postgres.newest()
            if made_by.major < newest.major:
                raise NotReady("The data is of an older PostgreSQL", self._way_to(newest.major))
        with self._using():
            behind = extensions.update(self.url(role=config.ADMIN_ROLE))
            self._complete()
        self.leave()
        return behind

    def leave(self) -> None:
        """End this program's use of the cluster; the last user stops the server unless it is kept."""
        account = self._account()
        with self._alone(account):
            self._leave(account)

    def stop(self) -> bool:
        """Stop the server whoever uses it; return whether it was running."""
        if not self._server.data.exists():
            return False
        account = self._account()
        with self._alone(account):
            self._users.release()
            self._keep_file.unlink(missing_ok=True)
            return self._server.shut_down(account)

    def revive(self) -> bool:
        """Start the server again if it was killed; one that was stopped stays so. Return whether it was.

        Raises
        ------
        NotReady, Unavailable
            As `start`.
        """
        if not self._server.was_killed:
            return False
        account = self._account()
        with self._alone(account):
            was_killed = self._server.was_killed
            if was_killed:
                self._server.run(account)
            return was_killed

    def status(self) -> ClusterStatus:
        """Say what is there, without changing anything."""
        server = Postmaster.find(self._server.data)
        return ClusterStatus(
            folder=self.folder,
            made_by=self._server.major if self._server.data.exists() else None,
            installed=tuple(binaries.major for binaries in postgres.installed()),
            pid=server.pid if server else None,
            socket_folder=server.socket_folder if server else None,
            kept=self._keep_file.exists(),
        )

    def url(self, *, role: str = config.ROLE, database: str = config.DATABASE) -> str:
        """Return the SQLAlchemy URL of a database of this cluster."""
        server = Postmaster.find(self._server.data)
        socket_folder = (
            server.socket_folder if server and server.socket_folder else self._server.socket_folder
        )
        url = URL.create(
            "postgresql+psycopg", username=role, database=database, query={"host": str(socket_folder)}
        )
        return url.render_as_string()

    def _complete(self) -> None:
        admin = self.url(role=config.ADMIN_ROLE)
        extensions.ensure(admin)
        logins.ensure(admin, config.ROLE)

    def _way_to(self, major: int) -> str:
        reach = f"-h {self._server.socket_folder} -U {config.ADMIN_ROLE}"
        return (
            f"{self._server.data} was made by PostgreSQL {self._server.major} and goes on to run with it.\n"
            f"To move it to the installed PostgreSQL {major}:\n"
            "  gis-grid db start\n"
            f"  pg_dump {reach} --format=custom --file=gis_grid.dump {config.DATABASE}\n"
            "  gis-grid db stop\n"
            f"  mv {self._server.data} {self._server.data}-{self._server.major}\n"
            "  gis-grid db start\n"
            f"  pg_restore {reach} --dbname={config.DATABASE} --single-transaction gis_grid.dump\n"
            "  gis-grid db stop"
        )

    def _account(self) -> postgres.Account:
        return postgres.Account.choose(self.folder, self._user)

    @contextmanager
    def _using(self) -> Iterator[None]:
        """Become a user of the running server, alone during the body; stay one when it ends well."""
        account = self._prepare_folder()
        with self._alone(account):
            self._users.acquire_shared()
            account.own(self._users.path)
            try:
                if not self._server.data.exists():
                    self._server.make(account)
                self._server.run(account)
                yield
            except BaseException:
                self._leave(account)
                raise

    def _leave(self, account: postgres.Account) -> None:
        self._users.release()
        if self._keep_file.exists() or not self._users.acquire_if_free():
            return
        try:
            self._server.shut_down(account)
        finally:
            self._users.release()

    @contextmanager
    def _alone(self, account: postgres.Account) -> Iterator[None]:
        lock = FileLock(self.folder / "lock")
        lock.acquire(patience_s=_PATIENCE_S)
        account.own(lock.path)
        try:
            yield
        finally:
            lock.release()

    def _prepare_folder(self) -> postgres.Account:
        account = self._account()
        try:
            _make_folders(self.folder)
        except OSError as error:
            raise NotReady(
                "The data folder cannot be made", f"{error}; set GIS_GRID_DATA_DIR to a folder of yours"
            ) from error
        account.own(self.folder)
        account.require_reach(self.folder)
        self.folder.chmod(0o700)
        return account


def _make_folders(folder: Path) -> None:
    """Make a folder and those above it that are missing; open to be passed through, whatever the umask."""
    for missing in reversed([step for step in (folder, *folder.parents) if not step.exists()]):
        missing.mkdir(exist_ok=True)
        missing.chmod(0o755)
