"""SQL of accounts and their roles in areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from gis_grid.accounts.roles import Role
from gis_grid.accounts.rows import Account, Held

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection


_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('gis_grid_accounts'))")

# With areas: accounts that have a role, and none outside of them. One without any role is nobody's there.
_ACCOUNTS = text("""
    SELECT a.id, a.name, a.display_name, w.code AS worker, a.password_hash IS NOT NULL AS has_password,
           a.issuer IS NOT NULL AS signs_in_elsewhere, a.demo, a.created_at, a.disabled_at,
           coalesce(held.roles, '[]') AS roles
    FROM account a
    LEFT JOIN worker w ON w.id = a.worker_id
    LEFT JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_array(r.role, r.area_id, area.code, area.name)
                         ORDER BY r.role, area.code NULLS FIRST) AS roles,
               bool_and(coalesce(r.area_id = ANY (CAST(:areas AS bigint[])), false)) AS within
        FROM account_role r LEFT JOIN area ON area.id = r.area_id
        WHERE r.account_id = a.id
    ) held ON true
    WHERE (CAST(:name AS text) IS NULL OR a.name = :name)
        AND (CAST(:areas AS bigint[]) IS NULL OR held.within)
    ORDER BY a.name
""")

_OTHERS_EVERYWHERE = text("""
    SELECT EXISTS (
        SELECT FROM account a JOIN account_role r ON r.account_id = a.id
        WHERE r.role = 'admin' AND r.area_id IS NULL AND a.disabled_at IS NULL AND NOT a.demo AND a.id <> :id)
""")

_ADD = text("""
    INSERT INTO account (name, display_name, worker_id, demo, created_at)
    VALUES (:name, :display_name, :worker_id, :demo, :at) RETURNING id
""")

_GIVE = text("""
    INSERT INTO account_role (account_id, role, area_id) VALUES (:account, :role, :area)
    ON CONFLICT DO NOTHING
""")

_TAKE = text("""
    DELETE FROM account_role
    WHERE account_id = :account AND role = :role AND area_id IS NOT DISTINCT FROM CAST(:area AS bigint)
""")


def lock(conn: Connection) -> None:
    """Let accounts be changed by one transaction at a time: some rules look at all of them."""
    conn.execute(_LOCK)


def listed(conn: Connection, areas: Sequence[int] | None) -> list[Account]:
    """Return the accounts all of whose roles lie within areas, by name; ``None`` for all accounts."""
    return _accounts(conn, None, areas)


def find(conn: Connection, name: str, areas: Sequence[int] | None = None) -> Account | None:
    """Return an account all of whose roles lie within areas."""
    found = _accounts(conn, name, areas)
    return found[0] if found else None


def _accounts(conn: Connection, name: str | None, areas: Sequence[int] | None) -> list[Account]:
    rows = conn.execute(_ACCOUNTS, {"name": name, "areas": None if areas is None else list(areas)})
    return [Account(**{**row, "roles": _held(row["roles"])}) for row in rows.mappings()]


def _held(rows: list[list[Any]]) -> tuple[Held, ...]:
    return tuple(Held(Role(role), *area) for role, *area in rows)


def other_admin_everywhere(conn: Connection, account_id: int) -> bool:
    """Say whether somebody else is administrator everywhere and can be."""
    return bool(conn.execute(_OTHERS_EVERYWHERE, {"id": account_id}).scalar_one())


def areas_by_code(conn: Connection, codes: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Return id and name of each area that is known, by its code."""
    query = text("SELECT code, id, name FROM area WHERE code = ANY (CAST(:codes AS text[]))")
    return {row.code: (row.id, row.name) for row in conn.execute(query, {"codes": list(codes)})}


def find_worker(conn: Connection, code: str, areas: Sequence[int] | None) -> int | None:
    """Return the id of a worker all of whose grids, of all times, lie within areas."""
    query = text(
        "SELECT id FROM worker WHERE code = :code AND (CAST(:areas AS bigint[]) IS NULL "
        "OR gis_grid_works_within(id, CAST(:areas AS bigint[])))"
    )
    areas = None if areas is None else list(areas)
    found: int | None = conn.execute(query, {"code": code, "areas": areas}).scalar_one_or_none()
    return found


def account_of_worker(conn: Connection, worker_id: int) -> int | None:
    """Return the id of the account that is a worker."""
    query = text("SELECT id FROM account WHERE worker_id = :worker")
    found: int | None = conn.execute(query, {"worker": worker_id}).scalar_one_or_none()
    return found


def add(
    conn: Connection, name: str, display_name: str, worker_id: int | None, at: datetime, *, demo: bool
) -> int:
    """Add an account without a password and return its id."""
    values = {"name": name, "display_name": display_name, "worker_id": worker_id, "at": at, "demo": demo}
    return int(conn.execute(_ADD, values).scalar_one())


def give(conn: Connection, account_id: int, roles: Iterable[Held]) -> None:
    """Give roles; those that the account has already stay."""
    _each(conn, _GIVE, account_id, roles)


def take(conn: Connection, account_id: int, roles: Iterable[Held]) -> None:
    """Take roles away."""
    _each(conn, _TAKE, account_id, roles)


def _each(conn: Connection, statement: Any, account_id: int, roles: Iterable[Held]) -> None:
    for held in roles:
        conn.execute(statement, {"account": account_id, "role": held.role, "area": held.area_id})


def rename(conn: Connection, account_id: int, display_name: str) -> None:
    """Give an account another name to show."""
    query = text("UPDATE account SET display_name = :display_name WHERE id = :id")
    conn.execute(query, {"id": account_id, "display_name": display_name})


def link_worker(conn: Connection, account_id: int, worker_id: int | None) -> None:
    """Say which worker an account is."""
    query = text("UPDATE account SET worker_id = :worker WHERE id = :id")
    conn.execute(query, {"id": account_id, "worker": worker_id})


def disable(conn: Connection, account_id: int, at: datetime) -> None:
    """Close an account: the database takes none of its sessions and tokens any more."""
    for statement in (
        "UPDATE account SET disabled_at = :at WHERE id = :id",
        "UPDATE api_token SET revoked_at = :at WHERE account_id = :id AND revoked_at IS NULL",
        "UPDATE one_time_link SET used_at = :at WHERE account_id = :id AND used_at IS NULL",
    ):
        conn.execute(text(statement), {"id": account_id, "at": at})


def enable(conn: Connection, account_id: int, at: datetime) -> None:
    """Open an account again, without the sessions from before."""
    # Here and not in `disable`: there, a request of that account may be under way, which holds its session's
    # row and may itself wait for this transaction. The database would not see that circle.
    for statement in (
        "UPDATE session SET ended_at = :at WHERE account_id = :id AND ended_at IS NULL",
        "UPDATE account SET disabled_at = NULL WHERE id = :id",
    ):
        conn.execute(text(statement), {"id": account_id, "at": at})
