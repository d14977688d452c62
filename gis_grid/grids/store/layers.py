"""SQL of the layers that come from a named source: buildings, roads and water.

Rows go into a temporary table by binary COPY and from there into the layer in one statement. The temporary
table spills to disk, so memory stays flat whatever the size of a source.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import column, delete, func, select, table, text

from gis_grid.kit.database import copy_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, Row, TableClause


@dataclass(frozen=True, slots=True)
class Layer:
    """One table keyed by (source, source_ref), and how a staged row becomes a row of it.

    `derived` columns are SQL over the staged geometry `g` and a point inside it, `inner_point`. A login that
    makes no temporary tables is given one by functions of the database, `made_by` and `measured_by`, and does
    not own the layer either.
    """

    table: str
    columns: tuple[tuple[str, str], ...]
    derived: tuple[tuple[str, str], ...]
    made_by: str | None = None
    measured_by: str | None = None

    @property
    def staging(self) -> str:
        """Name of the temporary table."""
        return f"incoming_{self.table}"


_COMMUNITY_OF_POINT = (
    "(SELECT area.id FROM area WHERE area.kind = 'community' AND ST_Covers(area.geom, inner_point) "
    "ORDER BY area.code LIMIT 1)"
)

BUILDING = Layer(
    "building",
    columns=(
        ("kind", "text"),
        ("name", "text"),
        ("floors", "float4"),
        ("households", "int4"),
        ("people", "int4"),
        ("estimated", "bool"),
    ),
    derived=(("geom", "g"), ("point", "inner_point"), ("area_id", _COMMUNITY_OF_POINT)),
)
WRITTEN_BUILDING = replace(
    BUILDING, made_by="gis_grid_stage_buildings", measured_by="gis_grid_staged_buildings"
)
"""The same, written by callers within their scope (migration 0024)."""
ROAD = Layer("road", columns=(("class", "text"), ("name", "text")), derived=(("geom", "ST_Multi(g)"),))
WATER = Layer("water", columns=(("name", "text"),), derived=(("geom", "g"),))


def open_staging(conn: Connection, layer: Layer, source: str) -> None:
    """Make the layer's empty temporary table; another import of the same source waits until this one ends."""
    lock = func.pg_advisory_xact_lock(func.hashtextextended(f"{layer.table} {source}", 0))
    conn.execute(select(lock))
    if layer.made_by is not None:
        conn.exec_driver_sql(f"SELECT {layer.made_by}()")
        return
    columns = ", ".join(f'"{name}" {kind}' for name, kind in layer.columns)
    conn.exec_driver_sql(
        f"CREATE TEMPORARY TABLE {layer.staging} (n bigint GENERATED ALWAYS AS IDENTITY, "
        f"source_ref text, wkb bytea, {columns}) ON COMMIT DROP"
    )


def stage(conn: Connection, layer: Layer, rows: Iterable[Sequence[object]]) -> int:
    """Copy rows of (source_ref, WKB, the layer's columns) into the temporary table; return how many."""
    names = ["source_ref", "wkb", *(name for name, _ in layer.columns)]
    types = ["text", "bytea", *(kind for _, kind in layer.columns)]
    return copy_rows(conn, layer.staging, names, types, rows)


def repeated_refs(conn: Connection, layer: Layer) -> Sequence[Row[Any]]:
    """Return (source_ref, times) of every reference that was staged more than once."""
    staged = _staged(layer)
    return conn.execute(
        select(staged.c.source_ref, func.count().label("times"))
        .group_by(staged.c.source_ref)
        .having(func.count() > 1)
        .order_by(func.min(staged.c.n))
    ).all()


def drop_repeated(conn: Connection, layer: Layer) -> int:
    """Keep only the first staged row of each reference; return how many went."""
    staged, other = _staged(layer), _staged(layer).alias()
    first = select(other.c.source_ref, func.min(other.c.n).label("n")).group_by(other.c.source_ref).subquery()
    return conn.execute(
        delete(staged).where(staged.c.source_ref == first.c.source_ref, staged.c.n > first.c.n)
    ).rowcount


def merge(conn: Connection, layer: Layer, source: str) -> tuple[int, int, int]:
    """Move the staged rows into the layer and return how many were new, changed and the same already.

    Two plain statements under the lock of `open_staging`: half the time of one with ``ON CONFLICT``.
    """
    names = [f'"{name}"' for name, _ in layer.columns]
    derived = dict(layer.derived)
    # OFFSET keeps the planner from computing a point once for each of its uses.
    incoming = f"""(
        SELECT shaped.*, ST_PointOnSurface(g) AS inner_point
        FROM (SELECT *, ST_GeomFromWKB(wkb, 4326) AS g FROM {layer.staging} OFFSET 0) AS shaped OFFSET 0
    ) AS incoming"""  # noqa: S608 - names from the constants above
    update = f"""
        UPDATE {layer.table} AS stored
        SET {", ".join(f"{name} = incoming.{name}" for name in names)},
            {", ".join(f"{name} = {made}" for name, made in derived.items())}
        FROM {incoming}
        WHERE stored.source = :source AND stored.source_ref = incoming.source_ref
            AND (({", ".join(f"stored.{name}" for name in names)})
                IS DISTINCT FROM ({", ".join(f"incoming.{name}" for name in names)})
                OR NOT ST_Equals(stored.geom, {derived["geom"]}))
    """  # noqa: S608 - names from the constants above
    insert = f"""
        INSERT INTO {layer.table} (source, source_ref, {", ".join([*names, *derived])})
        SELECT :source, source_ref, {", ".join([*names, *derived.values()])}
        FROM {incoming}
        WHERE source_ref NOT IN (SELECT source_ref FROM {layer.table} WHERE source = :source)
    """  # noqa: S608 - names from the constants above
    measure = f"ANALYZE {layer.staging}" if layer.measured_by is None else f"SELECT {layer.measured_by}()"
    conn.exec_driver_sql(measure)
    changed = conn.execute(text(update), {"source": source}).rowcount
    new = conn.execute(text(insert), {"source": source}).rowcount
    total = conn.execute(select(func.count()).select_from(_staged(layer))).scalar_one()
    if layer.made_by is not None:
        return new, changed, total - new - changed
    conn.exec_driver_sql(f"DROP TABLE {layer.staging}")
    if new or changed:
        conn.exec_driver_sql(f"ANALYZE {layer.table}")
    return new, changed, total - new - changed


def count(conn: Connection, layer: Layer, source: str) -> int:
    """Return how many rows of a source the layer holds."""
    stored = table(layer.table, column("source"))
    return conn.execute(
        select(func.count()).select_from(stored).where(stored.c.source == source)
    ).scalar_one()


def place_buildings(conn: Connection) -> int:
    """Put every stored building into the community that covers its point; return how many moved.

    A point on the border of two communities goes to the lower code, always the same one.
    """
    return conn.execute(
        text(
            """
            WITH placed AS (
                SELECT DISTINCT ON (building.id) building.id, area.id AS area_id
                FROM area JOIN building ON ST_Covers(area.geom, building.point)
                WHERE area.kind = 'community'
                ORDER BY building.id, area.code
            )
            UPDATE building SET area_id = placed.area_id
            FROM building AS every LEFT JOIN placed ON placed.id = every.id
            WHERE building.id = every.id AND building.area_id IS DISTINCT FROM placed.area_id
            """
        )
    ).rowcount


def _staged(layer: Layer) -> TableClause:
    return table(layer.staging, column("n"), column("source_ref"))
