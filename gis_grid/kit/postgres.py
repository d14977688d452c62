"""The PostgreSQL programs of this machine, and the system account that runs them."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gis_grid.kit.errors import NotReady

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OLDEST_POSTGRES = 15
OLDEST_POSTGIS = (3, 3)

_INSTALL = (
    "Debian 12: apt-get install postgresql-15-postgis-3; "
    "Ubuntu 24.04: apt-get install postgresql-16-postgis-3; "
    "or point GIS_GRID_DATABASE_URL at a PostGIS of your own"
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installed PostgreSQL with PostGIS."""

    folder: Path
    major: int
    postgis: str

    def path(self, program: str) -> str:
        """Return the path of a program such as ``initdb``."""
        return str(self.folder / program)


def installed() -> list[Binaries]:
    """Return every PostgreSQL 15+ of this machine that has PostGIS 3.3+, the newest first."""
    found: dict[int, Binaries] = {}
    for folder in _program_folders():
        binaries = _inspect(folder)
        if binaries is not None:
            found.setdefault(binaries.major, binaries)
    return sorted(found.values(), key=lambda binaries: -binaries.major)


def newest() -> Binaries:
    """Return the newest usable PostgreSQL.

    Raises
    ------
    NotReady
        When there is none, with what to install.
    """
    found = installed()
    if not found:
        raise NotReady("PostgreSQL 15 or later with PostGIS 3.3 or later is not installed", _INSTALL)
    return found[0]


def of_major(major: int) -> Binaries:
    """Return the PostgreSQL that can open a data folder of one major version.

    Raises
    ------
    NotReady
        When it is not installed, with both ways out.
    """
    found = installed()
    for binaries in found:
        if binaries.major == major:
            return binaries
    others = ", ".join(str(binaries.major) for binaries in found) or "none"
    raise NotReady(
        "The data folder is of another PostgreSQL version",
        f"it was made by PostgreSQL {major}; installed with PostGIS: {others}. Install PostgreSQL {major} "
        f"again beside it (Debian, Ubuntu: apt-get install postgresql-{major}-postgis-3); "
        "`gis-grid db upgrade` then says how to move to the newer one",
    )


def version_tuple(version: str) -> tuple[int, ...]:
    """Return ``(3, 3, 2)`` for ``"3.3.2rc1"``."""
    return tuple(map(int, re.findall(r"\d+", re.split("[a-z-]", version, maxsplit=1)[0])))


def _program_folders() -> Iterator[Path]:
    for pattern in ("lib/postgresql/*/bin", "pgsql-*/bin"):
        yield from Path("/usr").glob(pattern)
    for program in ("pg_config", "postgres"):
        on_path = shutil.which(program)
        if on_path is not None:
            yield Path(on_path).resolve().parent


def _inspect(folder: Path) -> Binaries | None:
    if not all((folder / program).is_file() for program in ("initdb", "postgres", "pg_ctl")):
        return None
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    major = re.search(r"PostgreSQL\) (\d+)", answer.stdout)
    if major is None or int(major[1]) < OLDEST_POSTGRES:
        return None
    postgis = _postgis_version(folder, major[1])
    if postgis is None or version_tuple(postgis) < OLDEST_POSTGIS:
        return None
    return Binaries(folder, int(major[1]), postgis)


def _postgis_version(folder: Path, major: str) -> str | None:
    shares = [Path("/usr/share/postgresql") / major]
    if (folder / "pg_config").is_file():
        answer = subprocess.run(
            [folder / "pg_config", "--sharedir"], capture_output=True, text=True, check=False
        )
        shares.insert(0, Path(answer.stdout.strip()))
    for share in shares:
        control = share / "extension" / "postgis.control"
        if control.is_file():
            version = re.search(r"^default_version\s*=\s*'([^']+)'", control.read_text("utf-8"), re.MULTILINE)
            return version[1] if version else None
    return None


@dataclass(frozen=True, slots=True)
class Account:
    """The system account that the server runs as; never root, which PostgreSQL refuses."""

    name: str
    uid: int
    gid: int

    @classmethod
    def choose(cls, folder: Path, user: str | None) -> Account:
        """Return the account for a folder: its owner, or for a new one the caller (never root).

        Parameters
        ----------
        folder
            The cluster's folder, there or not.
        user
            The account to use when the caller is root and the folder is new.

        Raises
        ------
        NotReady
            When there is no such account, it is root, or the folder belongs to somebody else.
        """
        caller = os.geteuid()
        owner = folder.stat().st_uid if folder.exists() else caller
        if owner not in {caller, 0} and caller != 0:
            raise NotReady(
                "The data folder belongs to somebody else",
                f"{folder} belongs to {_name(owner)}: run as that user or root, or set GIS_GRID_DATA_DIR",
            )
        if caller != 0:
            return cls._of(pwd.getpwuid(caller))
        if owner != 0:
            return cls._of(pwd.getpwuid(owner))
        return cls._unprivileged(user)

    @classmethod
    def _unprivileged(cls, user: str | None) -> Account:
        for name in (user,) if user is not None else ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            if entry.pw_uid != 0:
                return cls._of(entry)
        raise NotReady(
            "No account to run the database as",
            f"PostgreSQL does not run as root, and {user or 'postgres'!r} is no unprivileged account of this "
            "machine; name one in GIS_GRID_CLUSTER_USER",
        )

    @classmethod
    def _of(cls, entry: pwd.struct_passwd) -> Account:
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)

    def run(
        self, command: Sequence[str], *, stdin: str = "", inherit: Sequence[int] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, away from the caller's folder, locale and ``PG*`` settings.

        Parameters
        ----------
        inherit
            Open files that the program and its children keep.
        """
        is_root = os.geteuid() == 0
        return subprocess.run(
            command,
            input=stdin,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            pass_fds=inherit,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            user=self.uid if is_root else None,
            group=self.gid if is_root else None,
            extra_groups=[] if is_root else None,
        )

    def own(self, path: Path) -> None:
        """Give a file or folder to this account."""
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid)

    def require_reach(self, folder: Path) -> None:
        """Check that the account can enter a folder and write there.

        Raises
        ------
        NotReady
            Naming the first folder on the way that is closed, and the setting that helps.
        """
        for step in (*reversed(folder.parents), folder):
            if self.run(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(step)]).returncode != 0:
                raise NotReady(
                    "The data folder is out of reach for the database",
                    f"PostgreSQL does not run as root but as {self.name!r}, which may not enter {step}; set "
                    "GIS_GRID_DATA_DIR to a folder it can reach, such as /var/lib/gis-grid",
                )
        if self.run(["/bin/sh", "-c", 'test -w "$1"', "sh", str(folder)]).returncode != 0:
            raise NotReady("The data folder cannot be written", f"{self.name!r} may not write to {folder}")


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
