"""The land as rows of a database, and somebody who is signed in there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg
from sqlalchemy import make_url

from gis_grid.accounts.secrets import digest, new_secret
from gis_grid.kit.cluster_config import ADMIN_ROLE

if TYPE_CHECKING:
    from gis_grid.kit.cluster import Cluster

_LAND: Final = Path(__file__).with_name("land.sql")
_SIGN_IN: Final = """
    WITH made AS (
        INSERT INTO account (name, display_name, created_at) VALUES ('reader', 'reader', now()) RETURNING id
    ), held AS (
        INSERT INTO account_role (account_id, role) SELECT id, %s FROM made
    )
    INSERT INTO session (account_id, secret_digest, method, opened_at, last_seen_at, expires_at)
    SELECT id, %s, 'password', now(), now(), now() + interval '1 day' FROM made
"""


def load(cluster: Cluster, grids: int, points: int, role: str, *more: str) -> str:
    """Fill the database, and return the cookie of somebody who has a role everywhere.

    Parameters
    ----------
    more
        Further statements, before everything is analysed.
    """
    statements = _LAND.read_text("utf-8")
    for name, value in (("grids", grids // 100), ("points", points)):
        statements = statements.replace(f":{name}", str(value))
    secret = new_secret()
    url = make_url(cluster.url(role=ADMIN_ROLE))
    with psycopg.connect(
        host=str(url.query["host"]), user=url.username, dbname=url.database, autocommit=True
    ) as conn:
        conn.execute(statements)
        conn.execute(
            "GRANT USAGE ON SCHEMA peers TO PUBLIC; GRANT SELECT ON ALL TABLES IN SCHEMA peers TO PUBLIC"
        )
        conn.execute(_SIGN_IN, [role, digest(secret)])
        for statement in more:
            conn.execute(statement)
        conn.execute("VACUUM ANALYZE")
    return f"gis-grid-session={secret}"
