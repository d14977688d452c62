"""Versions of layers: cheap to ask before every tile and page, and a new one whenever either may differ."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from gis_grid import __version__
from gis_grid.kit.revision import strong_tag

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

_VERSION: Final = text("SELECT gis_grid_layers_version(:layers, :now)")

_ADD_UP: Final = text("""
    WITH gone AS (DELETE FROM layer_change WHERE since < :before RETURNING layer, area_id, step)
    INSERT INTO layer_change (layer, area_id, step)
    SELECT layer, area_id, sum(step) FROM gone GROUP BY layer, area_id
""")
_CLOCKS_DIFFER: Final = timedelta(days=1)


def layers_version(conn: Connection, layers: Iterable[str], now: datetime) -> str:
    """Return the version of what the scope of a connection shows of some tables.

    It is read before the content: what is committed between the two has an old version in front of new
    content, which only makes a client ask once more. It says nothing of areas out of scope, and what changes
    there does not change it.

    Parameters
    ----------
    now
        The moment that the content is of: a boundary begins and ends by time alone.
    """
    found = conn.execute(_VERSION, {"layers": sorted(set(layers)), "now": now})
    return named(found.scalar_one())


def named(version: str) -> str:
    """Return the version of an answer that this program makes of a version of the data."""
    return f"{__version__} {version}"


def tag(*parts: object) -> str:
    """Return a strong ETag of whatever an answer is made of; one bit of any part makes another."""
    return strong_tag(repr(parts).encode())


def page_tag(version: str, *told: str) -> str:
    """Return the ETag of a page of a version, in a format and language; weak: its moment stands in it."""
    return f"W/{tag(version, *told)}"


def add_up_changes(conn: Connection, now: datetime) -> None:
    """Leave one row a layer and area; the sums, which versions are made of, stay what they were."""
    conn.execute(_ADD_UP, {"before": now - _CLOCKS_DIFFER})
