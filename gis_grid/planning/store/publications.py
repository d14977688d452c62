"""SQL of publications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, text, update

from gis_grid.planning.tables import publication

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from gis_grid.planning.paging import Page


def newest(conn: Connection, area_id: int, at: datetime | None = None) -> Row[Any] | None:
    """Return (id, valid_from, meridian, exceptions) of the division published last, or in force at a time."""
    query = text(
        "SELECT id, valid_from, meridian, exceptions FROM publication "
        "WHERE area_id = :area AND withdrawn_at IS NULL "
        "AND (CAST(:at AS timestamptz) IS NULL OR valid_from <= :at) ORDER BY valid_from DESC LIMIT 1"
    )
    return conn.execute(query, {"area": area_id, "at": at}).one_or_none()


def find(conn: Connection, publication_id: int) -> Row[Any] | None:
    """Return a publication with the code of its community."""
    query = text(
        "SELECT publication.id, area_id, area.code AS community_code, scenario_id, valid_from, meridian, "
        "exceptions, withdrawn_at "
        "FROM publication JOIN area ON area.id = area_id WHERE publication.id = :id"
    )
    return conn.execute(query, {"id": publication_id}).one_or_none()


def of_scenario(conn: Connection, scenario_id: int) -> Row[Any] | None:
    """Return (id, area_id, valid_from, moved, grids) of a draft's publication that was not withdrawn."""
    query = text(
        "SELECT id, area_id, valid_from, moved, grids FROM publication "
        "WHERE scenario_id = :id AND withdrawn_at IS NULL"
    )
    return conn.execute(query, {"id": scenario_id}).one_or_none()


def grids(conn: Connection, scenario_id: int) -> Sequence[Row[Any]]:
    """Return (label, code, name) of the grids that a draft became; none where it was not published."""
    query = text(
        "SELECT CAST(label AS bigint) AS label, code, name FROM publication, jsonb_each_text(grids) AS "
        "became (label, grid_id) JOIN grid ON grid.id = CAST(became.grid_id AS bigint) "
        "WHERE scenario_id = :id AND withdrawn_at IS NULL ORDER BY code"
    )
    return conn.execute(query, {"id": scenario_id}).all()


def moved(conn: Connection, area_id: int) -> list[dict[str, Any]]:
    """Return the assignments that publications of a community moved, the oldest publication first."""
    query = text(
        "SELECT moved FROM publication WHERE area_id = :area AND withdrawn_at IS NULL ORDER BY valid_from"
    )
    return list(conn.execute(query, {"area": area_id}).scalars())


def every(conn: Connection, community: str | None, page: Page) -> Sequence[Row[Any]]:
    """Return publications with their communities, newest first."""
    query = text(
        """
        SELECT publication.id, area.code AS community_code, area.name AS community_name, scenario_id,
               scenario.name, publication.valid_from, published_by, publication.reviewed_by, at,
               withdrawn_by, withdrawn_at,
               (SELECT count(*) FROM boundary JOIN grid ON grid.id = boundary.grid_id
                WHERE grid.area_id = publication.area_id
                    AND boundary.valid @> publication.valid_from) AS grids
        FROM publication JOIN area ON area.id = publication.area_id JOIN scenario ON scenario.id = scenario_id
        WHERE (CAST(:community AS text) IS NULL OR area.code = :community)
            AND (CAST(:after_at AS timestamptz) IS NULL
                OR (publication.valid_from, publication.id) < (:after_at, CAST(:after_id AS bigint)))
        ORDER BY publication.valid_from DESC, publication.id DESC LIMIT :limit
        """
    )
    return conn.execute(query, {"community": community, **page.values()}).all()


def add(conn: Connection, values: Mapping[str, Any]) -> int:
    """Insert a publication and return its id."""
    statement = insert(publication).values(**values).returning(publication.c.id)
    return int(conn.execute(statement).scalar_one())


def withdraw(conn: Connection, publication_id: int, who: str, at: datetime) -> None:
    """Say who withdrew a publication, and when."""
    statement = update(publication).where(publication.c.id == publication_id)
    conn.execute(statement.values(withdrawn_by=who, withdrawn_at=at))
