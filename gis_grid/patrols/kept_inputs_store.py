"""SQL of what weeks were judged on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sqlalchemy import Connection

# One statement however many there are; a profile is the same for a whole town, and is written once.
_ADD_PROFILES = text(
    "INSERT INTO judged_profile (sha256, document)"
    " SELECT * FROM unnest(CAST(:keys AS text[]), CAST(:documents AS jsonb[])) ON CONFLICT DO NOTHING"
)
_ADD = text(
    "INSERT INTO judgement_input (judgement_id, document)"
    " SELECT * FROM unnest(CAST(:keys AS bigint[]), CAST(:documents AS jsonb[])) ON CONFLICT DO NOTHING"
)


def add_profiles(conn: Connection, documents: Mapping[str, str]) -> None:
    """Write profiles as JSON text by their digests; one that is there stays."""
    if documents:
        conn.execute(_ADD_PROFILES, {"keys": list(documents), "documents": list(documents.values())})


def add(conn: Connection, documents: Mapping[int, str]) -> None:
    """Write inputs as JSON text by judgement; what is there stays."""
    if documents:
        conn.execute(_ADD, {"keys": list(documents), "documents": list(documents.values())})


def find(conn: Connection, judgement_id: int) -> dict[str, Any] | None:
    """Return what a week was judged on, as JSON values; ``None``: it is not kept, or may not be seen."""
    query = text("SELECT document FROM judgement_input WHERE judgement_id = :id")
    found: dict[str, Any] | None = conn.execute(query, {"id": judgement_id}).scalar_one_or_none()
    return found


def profiles(conn: Connection, judgement_id: int) -> dict[str, dict[str, Any]]:
    """Return the profiles that a week was judged by as JSON values, by their digests."""
    query = text("SELECT sha256, document FROM gis_grid_judged_by(:id)")
    return {row.sha256: row.document for row in conn.execute(query, {"id": judgement_id})}
