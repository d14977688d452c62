"""The configuration files of the private cluster: every setting that is not PostgreSQL's own default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.kit.logins import LOGINS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gis_grid.kit.postgres import Account

ADMIN_ROLE = "gis_grid_admin"
ROLE = "gis_grid"
ROLES = (ROLE, ADMIN_ROLE, *LOGINS)
DATABASE = "gis_grid"
EXTENSIONS = ("postgis", "btree_gist")

SETTINGS: Mapping[str, str] = {
    # One program on one machine: no port, and memory for a county on two cores.
    "listen_addresses": "",
    "max_connections": "150",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    # An import of millions of rows should not checkpoint all the time.
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    # The first change of a page after a checkpoint writes it whole; pglz takes much longer to pack it.
    "wal_compression": "lz4",
    # Local disks; short queries that a compiler would only delay.
    "random_page_cost": "1.1",
    "jit": "off",
    "max_locks_per_transaction": "256",
    # A position or a name in a rejected row must not reach the log.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
"""What the private cluster sets; an operator's own changes go into ``local.conf`` beside it."""

_MAIN_ADDITION = "\n# GIS Grid\ninclude 'gis_grid.conf'\ninclude 'local.conf'\n"
_LOCAL = "# The operator's own settings; they win over gis_grid.conf, which is written anew at every start.\n"


def write(data: Path, socket_folder: Path, account: Account, extra: Mapping[str, str]) -> None:
    """Write `gis_grid.conf`, `pg_hba.conf` and `pg_ident.conf` into a PostgreSQL data folder.

    Written before every start, so that a newer program brings its newer settings along.
    """
    settings = {**SETTINGS, **extra, "unix_socket_directories": str(socket_folder)}
    files = {
        "gis_grid.conf": [f"{key} = {_quoted(value)}" for key, value in settings.items()],
        "pg_hba.conf": ["local all all peer map=gis_grid"],
    }
    for name, lines in files.items():
        _write(data / name, lines, account)
    write_logins(data, account)


def write_logins(data: Path, account: Account) -> bool:
    """Write `pg_ident.conf`, who of this machine may connect as which role; say whether it was otherwise."""
    users = dict.fromkeys(("root", account.name))
    lines = [f'gis_grid "{user}" {role}' for user in users for role in ROLES]
    file = data / "pg_ident.conf"
    before = file.read_text("utf-8") if file.exists() else ""
    _write(file, lines, account)
    return file.read_text("utf-8") != before


def _write(file: Path, lines: Sequence[str], account: Account) -> None:
    file.write_text("\n".join(lines) + "\n", "utf-8")
    file.chmod(0o600)
    account.own(file)


def include_in(data: Path, account: Account) -> None:
    """Make a new data folder's `postgresql.conf` read our settings and then the operator's."""
    with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(_MAIN_ADDITION)
    (data / "local.conf").write_text(_LOCAL, "utf-8")
    account.own(data / "local.conf")


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
