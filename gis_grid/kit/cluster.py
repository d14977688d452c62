"""A private PostgreSQL cluster with PostGIS: made, started and stopped by the program that needs it.

Everything is in one folder, ``<data folder>/cluster``::

    data/         PostgreSQL's own folder; there only when complete (made under another name, then renamed)
    run/          the socket; elsewhere when this path would be too long for one
    server.log    what the server said
    lock          held while the cluster is made, started or stopped
    users         held shared by every program that uses the cluster; the last one to leave stops it
    keep          there after `gis-grid db start`: nobody stops it but `gis-grid db stop`
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL

from gis_grid.kit import cluster_config as config
from gis_grid.kit import extensions, postgres
from gis_grid.kit.errors import NotReady, Unavailable
from gis_grid.kit.file_lock import FileLock
from gis_grid.kit.postmaster import Postmaster, sweep_remains

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LONGEST_SOCKET_PATH = 107
_START_PATIENCE_S = 300
_LARGEST_LOG_BYTES = 10_000_000
_SHOWN_LOG_LINES = 15


@dataclass(frozen=True, slots=True)
class ClusterStatus:
    """What is there of a cluster; ``None`` where there is nothing to say."""

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
        self.data = self.folder / "data"
        self._user = user
        self._settings = dict(settings or {})
        self._users = FileLock(self.folder / "users")

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
        account = self._prepare_folder()
        with self._alone(account):
            self._users.acquire_shared()
            account.own(self._users.path)
            try:
                if not self.data.exists():
                    self._make(account)
                self._run(account)
                extensions.ensure(self.url(role=config.ADMIN_ROLE))
            except BaseException:
                self._users.release()
                raise
            if keep:
                self._keep_file.touch()
        return self.url()

    def leave(self) -> None:
        """End this program's use of the cluster; the last user stops the server unless it is kept."""
        account = self._account()
        with self._alone(account):
            self._users.release()
            if self._keep_file.exists() or not self._users.acquire_if_free():
                return
            try:
                self._shut_down(account)
            finally:
                self._users.release()

    def stop(self) -> bool:
        """Stop the server whoever uses it; return whether it was running."""
        if not self.data.exists():
            return False
        account = self._account()
        with self._alone(account):
            self._users.release()
            self._keep_file.unlink(missing_ok=True)
            return self._shut_down(account)

    def status(self) -> ClusterStatus:
        """Say what is there, without changing anything."""
        server = Postmaster.find(self.data)
        return ClusterStatus(
            folder=self.folder,
            made_by=self._major() if self.data.exists() else None,
            installed=tuple(binaries.major for binaries in postgres.installed()),
            pid=server.pid if server else None,
            socket_folder=server.socket_folder if server else None,
            kept=self._keep_file.exists(),
        )

    def url(self, *, role: str = config.ROLE, database: str = config.DATABASE) -> str:
        """Return the SQLAlchemy URL of a database of this cluster."""
        server = Postmaster.find(self.data)
        socket_folder = server.socket_folder if server and server.socket_folder else self._socket_folder()
        url = URL.create(
            "postgresql+psycopg", username=role, database=database, query={"host": str(socket_folder)}
        )
        return url.render_as_string()

    @property
    def _keep_file(self) -> Path:
        return self.folder / "keep"

    def _account(self) -> postgres.Account:
        return postgres.Account.choose(self.folder, self._user)

    @contextmanager
    def _alone(self, account: postgres.Account) -> Iterator[None]:
        lock = FileLock(self.folder / "lock")
        lock.acquire(patience_s=_START_PATIENCE_S)
        account.own(lock.path)
        try:
            yield
        finally:
            lock.release()

    def _prepare_folder(self) -> postgres.Account:
        account = self._account()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise NotReady(
                "The data folder cannot be made", f"{error}; set GIS_GRID_DATA_DIR to a folder of yours"
            ) from error
        account.own(self.folder)
        account.require_reach(self.folder)
        self.folder.chmod(0o700)
        return account

    def _major(self) -> int:
        return int((self.data / "PG_VERSION").read_text("utf-8"))

    def _make(self, account: postgres.Account) -> None:
        """Make the data folder under a passing name and rename it when complete: all of it or nothing."""
        for remains in self.folder.glob("new-*"):
            shutil.rmtree(remains)
        binaries = postgres.newest()
        data = Path(tempfile.mkdtemp(prefix="new-", dir=self.folder))
        account.own(data)
        initdb = [binaries.path("initdb"), "--pgdata", str(data), "--username", config.ADMIN_ROLE]
        initdb += ["--encoding=UTF8", "--locale=C.UTF-8", "--auth=peer", "--data-checksums"]
        self._must(account, [*initdb, "--no-instructions", *self._no_sync()])
        config.include_in(data, account)
        config.write(data, self._socket_folder(), account, self._settings)
        single = [binaries.path("postgres"), "--single", "-D", str(data), "-c", "exit_on_error=on"]
        self._must(
            account,
            [*single, "postgres"],
            f"CREATE ROLE {config.ROLE} LOGIN\nCREATE DATABASE {config.DATABASE} OWNER {config.ROLE}\n",
        )
        data.rename(self.data)
        self._sync_folder()

    def _no_sync(self) -> list[str]:
        return ["--no-sync"] if self._settings.get("fsync") == "off" else []

    def _sync_folder(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _run(self, account: postgres.Account) -> None:
        binaries = postgres.of_major(self._major())
        server = Postmaster.find(self.data)
        if server is None:
            self._launch(account, binaries)
        elif not server.ready:
            self._await_ready()

    def _launch(self, account: postgres.Account, binaries: postgres.Binaries) -> None:
        sweep_remains(self.data)
        socket_folder = self._socket_folder()
        _make_private(socket_folder, account)
        config.write(self.data, socket_folder, account, self._settings)
        log = self.folder / "server.log"
        if log.exists() and log.stat().st_size > _LARGEST_LOG_BYTES:
            log.rename(log.with_suffix(".log.1"))
        command = [
            binaries.path("pg_ctl"),
            "start",
            "--wait",
            "--silent",
            "--timeout",
            str(_START_PATIENCE_S),
        ]
        self._must(account, [*command, "--pgdata", str(self.data), "--log", str(log)])

    def _await_ready(self) -> None:
        deadline = time.monotonic() + _START_PATIENCE_S
        while time.monotonic() < deadline:
            server = Postmaster.find(self.data)
            if server is None:
                raise Unavailable("The database server ended while it started", self._log_end())
            if server.ready:
                return
            time.sleep(0.1)
        raise Unavailable("The database server does not get ready", self._log_end())

    def _shut_down(self, account: postgres.Account) -> bool:
        was_running = Postmaster.find(self.data) is not None
        if was_running:
            binaries = postgres.of_major(self._major())
            command = [binaries.path("pg_ctl"), "stop", "--wait", "--silent", "--mode=fast"]
            self._must(account, [*command, "--timeout", str(_START_PATIENCE_S), "--pgdata", str(self.data)])
        shutil.rmtree(self._socket_folder(), ignore_errors=True)
        return was_running

    def _must(self, account: postgres.Account, command: list[str], stdin: str = "") -> None:
        answer = account.run(command, stdin=stdin)
        if answer.returncode != 0:
            program = Path(command[0]).name
            raise Unavailable(f"{program} failed", f"{answer.stdout.strip()}\n{self._log_end()}".strip())

    def _log_end(self) -> str:
        try:
            lines = (self.folder / "server.log").read_text("utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return ""
        return "\n".join(lines[-_SHOWN_LOG_LINES:])

    def _socket_folder(self) -> Path:
        inside = self.folder / "run"
        if len(os.fsencode(inside / ".s.PGSQL.5432")) <= _LONGEST_SOCKET_PATH:
            return inside
        return Path("/tmp") / f"gis-grid-{hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]}"  # noqa: S108  # made and checked by _make_private


def _make_private(folder: Path, account: postgres.Account) -> None:
    """Make a folder that only the account can enter; refuse one that somebody else prepared."""
    try:
        folder.mkdir(mode=0o700)
        account.own(folder)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid:
            raise NotReady(
                "The socket folder is not ours", f"{folder} belongs to somebody else; remove it"
            ) from None
        folder.chmod(0o700)
