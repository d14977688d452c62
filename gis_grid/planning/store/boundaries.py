"""SQL of boundaries, atoms in force, assignments and lineage, as publications change them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row


def wkb(conn: Connection, ids: Sequence[int]) -> dict[int, bytes]:
    """Return the outlines of some boundaries; one that is gone is missing."""
    query = text("SELECT id, ST_AsBinary(geom) AS wkb FROM boundary WHERE id = ANY(CAST(:ids AS bigint[]))")
    return {row.id: bytes(row.wkb) for row in conn.execute(query, {"ids": list(ids)})}


def from_then_on(conn: Connection, area_id: int, at: datetime) -> Sequence[Row[Any]]:
    """Return (id, grid_id, code, starts_at, ends_at) of a community's boundaries at or after a time."""
    query = text(
        """
        SELECT boundary.id, boundary.grid_id, grid.code, lower(boundary.valid) AS starts_at,
               upper(boundary.valid) AS ends_at
        FROM boundary JOIN grid ON grid.id = boundary.grid_id
        WHERE grid.area_id = :area AND boundary.valid && tstzrange(:at, NULL)
        ORDER BY grid.code, lower(boundary.valid)
        """
    )
    return conn.execute(query, {"area": area_id, "at": at}).all()


def begun(conn: Connection, area_id: int, at: datetime) -> dict[int, bytes]:
    """Return the outlines of a community's boundaries that begin at a time, by grid."""
    query = text(
        "SELECT grid_id, ST_AsBinary(boundary.geom) AS wkb FROM boundary JOIN grid ON grid.id = grid_id "
        "WHERE grid.area_id = :area AND lower(boundary.valid) = :at"
    )
    return {row.grid_id: bytes(row.wkb) for row in conn.execute(query, {"area": area_id, "at": at})}


def gone_elsewhere(conn: Connection, area_id: int, grid_ids: Sequence[int]) -> int:
    """Return how many of some grids are in another community by now."""
    query = text("SELECT count(*) FROM grid WHERE area_id = :area AND id = ANY(CAST(:ids AS bigint[]))")
    wanted = set(grid_ids)
    return len(wanted) - int(conn.execute(query, {"area": area_id, "ids": list(wanted)}).scalar_one())


def codes_given(conn: Connection, codes: Sequence[str]) -> list[str]:
    """Return those of some codes that any grid has or had."""
    query = text("SELECT gis_grid_codes_given(CAST(:codes AS text[]))")
    return list(conn.execute(query, {"codes": list(codes)}).scalars())


def add_grids(conn: Connection, area_id: int, codes: Sequence[str], names: Sequence[str]) -> list[int]:
    """Insert grids and return their ids in the same order."""
    query = text(
        """
        WITH given AS (
            SELECT * FROM unnest(CAST(:codes AS text[]), CAST(:names AS text[]))
                WITH ORDINALITY AS g (code, name, n)
        ), added AS (
            INSERT INTO grid (code, name, area_id) SELECT code, name, :area FROM given ORDER BY n
            RETURNING id, code
        )
        SELECT added.id FROM added JOIN given USING (code) ORDER BY n
        """
    )
    values = {"codes": list(codes), "names": list(names), "area": area_id}
    return list(conn.execute(query, values).scalars())


def close(conn: Connection, ids: Sequence[int], at: datetime) -> None:
    """End boundaries at a time."""
    _close(conn, "boundary", ids, at)


def add(conn: Connection, valid_from: datetime, columns: Mapping[str, Sequence[Any]]) -> list[int]:
    """Insert boundaries (grid_id, households, buildings, wkb) and return their ids in the same order."""
    query = text(
        """
        WITH given AS (
            SELECT * FROM unnest(CAST(:grid_id AS bigint[]), CAST(:households AS int[]),
                                 CAST(:buildings AS int[]), CAST(:wkb AS bytea[]))
                WITH ORDINALITY AS g (grid_id, households, buildings, wkb, n)
        ), added AS (
            INSERT INTO boundary (grid_id, households, buildings, valid, geom)
            SELECT grid_id, households, buildings, tstzrange(:valid_from, NULL),
                   ST_Multi(ST_GeomFromWKB(wkb, 4326))
            FROM given ORDER BY n
            RETURNING id, grid_id
        )
        SELECT added.id FROM added JOIN given USING (grid_id) ORDER BY n
        """
    )
    return list(conn.execute(query, {"valid_from": valid_from, **columns}).scalars())


def add_lineage(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert what boundaries took over: parent, child, kind, households, area_m2."""
    if rows:
        statement = text(
            "INSERT INTO lineage (parent_boundary_id, child_boundary_id, kind, households, area_m2) "
            "VALUES (:parent, :child, :kind, :households, :area_m2)"
        )
        conn.execute(statement, list(rows))


def grid_atoms(conn: Connection, area_id: int, at: datetime) -> Sequence[Row[Any]]:
    """Return (id, atom_id, grid_id) that hold at a time."""
    query = text(
        "SELECT grid_atom.id, atom_id, grid_id FROM grid_atom JOIN atom ON atom.id = atom_id "
        "WHERE atom.area_id = :area AND valid @> CAST(:at AS timestamptz) ORDER BY grid_atom.id"
    )
    return conn.execute(query, {"area": area_id, "at": at}).all()


def add_atoms(
    conn: Connection, area_id: int, publication_id: int, columns: Mapping[str, Sequence[Any]]
) -> list[int]:
    """Insert atoms (households, people, buildings, wkb) and return their ids in the same order."""
    first = conn.execute(
        text(
            """
            INSERT INTO atom (area_id, publication_id, households, people, buildings, geom)
            SELECT :area, :publication, households, people, buildings, ST_GeomFromWKB(wkb, 4326)
            FROM unnest(CAST(:households AS int[]), CAST(:people AS int[]), CAST(:buildings AS int[]),
                        CAST(:wkb AS bytea[])) WITH ORDINALITY AS g (households, people, buildings, wkb, n)
            ORDER BY n
            RETURNING id
            """
        ),
        {"area": area_id, "publication": publication_id, **columns},
    ).scalars()
    # An identity counts rows in the order in which a sorted SELECT hands them over.
    return sorted(first)


def hold(
    conn: Connection, valid_from: datetime, atom_ids: Sequence[int], grid_ids: Sequence[int | None]
) -> None:
    """Let grids hold atoms from a time on."""
    query = text(
        "INSERT INTO grid_atom (atom_id, grid_id, valid) "
        "SELECT atom_id, grid_id, tstzrange(:valid_from, NULL) "
        "FROM unnest(CAST(:atoms AS bigint[]), CAST(:grids AS bigint[])) AS given (atom_id, grid_id)"
    )
    values = {"valid_from": valid_from, "atoms": list(atom_ids), "grids": list(grid_ids)}
    conn.execute(query, values)


def let_go(conn: Connection, ids: Sequence[int], at: datetime) -> None:
    """End rows of grid_atom at a time."""
    _close(conn, "grid_atom", ids, at)


_ITS_GRIDS = "grid_id IN (SELECT id FROM grid WHERE area_id = :area)"
_ITS_ATOMS = "atom_id IN (SELECT id FROM atom WHERE area_id = :area)"


def take_away(conn: Connection, area_id: int, at: datetime) -> None:
    """Take away what begins in a community at a time to come."""
    conn.execute(text("SELECT gis_grid_plan_take_away(:area, :at)"), {"area": area_id, "at": at})


def let_go_on(conn: Connection, area_id: int, at: datetime) -> None:
    """Let go on what ends in a community at a time."""
    for table, its in (("boundary", _ITS_GRIDS), ("grid_atom", _ITS_ATOMS)):
        statement = text(
            f"UPDATE {table} SET valid = tstzrange(lower(valid), NULL) "  # noqa: S608 - names from code
            f"WHERE upper(valid) = :at AND {its}"
        )
        conn.execute(statement, {"area": area_id, "at": at})


def _close(conn: Connection, table: str, ids: Sequence[int], at: datetime) -> None:
    statement = text(
        f"UPDATE {table} SET valid = tstzrange(lower(valid), :at) "  # noqa: S608 - a name from code
        "WHERE id = ANY(CAST(:ids AS bigint[]))"
    )
    conn.execute(statement, {"ids": list(ids), "at": at})
