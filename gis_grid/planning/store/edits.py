"""SQL of the changes of a draft, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, text

from gis_grid.planning.tables import scenario_edit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Row


def add(conn: Connection, values: Mapping[str, Any]) -> None:
    """Put a change behind all others."""
    conn.execute(insert(scenario_edit).values(**values))


def drop_after(conn: Connection, scenario_id: int, position: int) -> None:
    """Forget the changes that were taken back."""
    query = text("SELECT gis_grid_plan_drop_edits(:id, :position)")
    conn.execute(query, {"id": scenario_id, "position": position})


def history(conn: Connection, scenario_id: int) -> Sequence[Row[Any]]:
    """Return (n, op, params, numbers, digest, by, at) of all changes, those taken back too."""
    query = text(
        "SELECT n, op, params, numbers, digest, by, at FROM scenario_edit WHERE scenario_id = :id ORDER BY n"
    )
    return conn.execute(query, {"id": scenario_id}).all()


def digests(conn: Connection, scenario_id: int, last: int) -> list[bytes]:
    """Return the digests of the states after the first changes, up to a position."""
    query = text("SELECT digest FROM scenario_edit WHERE scenario_id = :id AND n <= :last ORDER BY n")
    return [bytes(one) for one in conn.execute(query, {"id": scenario_id, "last": last}).scalars()]


def changes(conn: Connection, scenario_id: int, first: int, last: int) -> Sequence[Row[Any]]:
    """Return (n, op, change, ground, digest) of the changes from first to last."""
    query = text(
        "SELECT n, op, change, ground, digest FROM scenario_edit "
        "WHERE scenario_id = :id AND n BETWEEN :first AND :last ORDER BY n"
    )
    return conn.execute(query, {"id": scenario_id, "first": first, "last": last}).all()
