"""The server of one cluster folder: how its files are made, how it is started and shut down.

Nothing here looks whether somebody else does the same at the same time: that is `cluster.Cluster`'s work.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gis_grid.kit import cluster_config as config
from gis_grid.kit import postgres
from gis_grid.kit.errors import NotReady, Unavailable
from gis_grid.kit.file_lock import FileLock
from gis_grid.kit.postmaster import Postmaster, sweep_remains

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SOCKET = ".s.PGSQL.5432"
_LONGEST_SOCKET_PATH = 107
_PATIENCE_S = 300
_LARGEST_LOG_BYTES = 10_000_000
_SHOWN_LOG_LINES = 15


@dataclass(frozen=True, slots=True)
class ClusterServer:
    """The server of one cluster folder.

    Parameters
    ----------
    folder
        The cluster's folder, with ``data/`` and ``server.log`` in it.
    settings
        PostgreSQL settings that replace or follow those of `cluster_config.SETTINGS`.
    """

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """PostgreSQL's own folder."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server said."""
        return self.folder / "server.log"

    @property
    def was_killed(self) -> bool:
        """Whether it ended without tidying up: one that is stopped removes the file with its number."""
        return (self.data / "postmaster.pid").exists() and Postmaster.find(self.data) is None

    @property
    def major(self) -> int:
        """The PostgreSQL version that made the data."""
        return int((self.data / "PG_VERSION").read_text("utf-8"))

    @property
    def socket_folder(self) -> Path:
        """Where the socket is: inside the cluster's folder, or under a short name when that is too long."""
        inside = self.folder / "run"
        if len(os.fsencode(inside / _SOCKET)) <= _LONGEST_SOCKET_PATH:
            return inside
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(f"/tmp/gis-grid-{digest}")  # noqa: S108  # made private and checked by _make_private

    def make(self, account: postgres.Account) -> None:
        """Make the data folder under a passing name and rename it when complete: all of it or nothing."""
        alive = FileLock(self.folder / "server")
        # A killed program's initdb goes on by itself for a while, and would write into what is removed here.
        alive.acquire(patience_s=_PATIENCE_S)
        try:
            for remains in self.folder.glob("new-*"):
                shutil.rmtree(remains)
            data = Path(tempfile.mkdtemp(prefix="new-", dir=self.folder))
            account.own(data)
            self._fill(data, account, alive)
            data.rename(self.data)
            _sync(self.folder)
        finally:
            alive.release()

    def _fill(self, data: Path, account: postgres.Account, alive: FileLock) -> None:
        binaries = postgres.newest()
        initdb = [binaries.path("initdb"), "--pgdata", str(data), "--username", config.ADMIN_ROLE]
        initdb += ["--encoding=UTF8", "--locale=C.UTF-8", "--auth=peer", "--data-checksums"]
        if self.settings.get("fsync") == "off":
            initdb.append("--no-sync")
        self._must(account, [*initdb, "--no-instructions"], inherit=[alive.descriptor])
        config.include_in(data, account)
        config.write(data, self.socket_folder, account, self.settings)
        single = [
            binaries.path("postgres"),
            "--single",
            "-D",
            str(data),
            "-c",
            "exit_on_error=on",
            "postgres",
        ]
        create = f"CREATE ROLE {config.ROLE} LOGIN\nCREATE DATABASE {config.DATABASE} OWNER {config.ROLE}\n"
        self._must(account, single, stdin=create, inherit=[alive.descriptor])

    def run(self, account: postgres.Account) -> None:
        """Start the server, or wait for one that is starting.

        Raises
        ------
        NotReady
            When the machine has no PostgreSQL of the data's version.
        Unavailable
            When it does not start, with the end of its log.
        """
        binaries = postgres.of_major(self.major)
        server = Postmaster.find(self.data)
        if server is None:
            self._launch(account, binaries)
            return
        if not server.ready:
            self._await_ready()
        # A server that an older program started does not know the logins of this one.
        if config.write_logins(self.data, account):
            self._must(account, [binaries.path("pg_ctl"), "reload", "--silent", "--pgdata", str(self.data)])

    def shut_down(self, account: postgres.Account) -> bool:
        """Stop the server and end its clients' connections; return whether it was running."""
        was_running = Postmaster.find(self.data) is not None
        if was_running:
            binaries = postgres.of_major(self.major)
            command = [binaries.path("pg_ctl"), "stop", "--wait", "--silent", "--mode=fast"]
            self._must(account, [*command, "--timeout", str(_PATIENCE_S), "--pgdata", str(self.data)])
        shutil.rmtree(self.socket_folder, ignore_errors=True)
        return was_running

    def _launch(self, account: postgres.Account, binaries: postgres.Binaries) -> None:
        sweep_remains(self.data)
        alive = FileLock(self.folder / "server")
        if not alive.acquire_if_free():
            raise Unavailable(
                "A server that cannot be seen from here has the data folder open",
                f"{self.folder}: end it where it was started, such as in another container",
            )
        try:
            self._launch_alone(account, binaries, alive)
        finally:
            alive.release()

    def _launch_alone(self, account: postgres.Account, binaries: postgres.Binaries, alive: FileLock) -> None:
        """Start the server; it inherits the lock, which the kernel frees when its last process has ended."""
        account.own(alive.path)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        _make_private(self.socket_folder, account)
        # A killed server that nobody has reaped still answers to its number, and would keep its socket.
        for remains in (_SOCKET, f"{_SOCKET}.lock"):
            (self.socket_folder / remains).unlink(missing_ok=True)
        config.write(self.data, self.socket_folder, account, self.settings)
        if self.log.exists() and self.log.stat().st_size > _LARGEST_LOG_BYTES:
            self.log.rename(self.log.with_suffix(".log.1"))
        command = [binaries.path("pg_ctl"), "start", "--wait", "--silent", "--timeout", str(_PATIENCE_S)]
        command += ["--pgdata", str(self.data), "--log", str(self.log)]
        self._must(account, command, inherit=[alive.descriptor])

    def _await_ready(self) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            server = Postmaster.find(self.data)
            if server is None:
                raise Unavailable("The database server ended while it started", self._log_end())
            if server.ready:
                return
            time.sleep(0.1)
        raise Unavailable("The database server does not get ready", self._log_end())

    def _must(
        self,
        account: postgres.Account,
        command: list[str],
        *,
        stdin: str = "",
        inherit: Sequence[int] = (),
    ) -> None:
        answer = account.run(command, stdin=stdin, inherit=inherit)
        if answer.returncode != 0:
            program = Path(command[0]).name
            raise Unavailable(f"{program} failed", f"{answer.stdout.strip()}\n{self._log_end()}".strip())

    def _log_end(self) -> str:
        try:
            lines = self.log.read_text("utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return ""
        return "\n".join(lines[-_SHOWN_LOG_LINES:])


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


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
