"""The tables that code uses are the tables that the migrations make."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import ProgrammingError

from gis_grid.kit.assets import folder
from gis_grid.kit.database import make_engine, metadata

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

CAPABILITIES = (
    *("ledger", "accounts", "grids", "planning", "tracks", "attendance", "patrols", "incidents", "visits"),
    "ogc",
    "live",
    "patrols.contests",
)


def test_code_and_migrations_agree_on_every_table(conn: Connection) -> None:
    for name in CAPABILITIES:
        importlib.import_module(f"gis_grid.{name}.tables")
    context = MigrationContext.configure(
        conn, opts={"include_object": _is_ours, "compare_type": _same_type, "compare_server_default": False}
    )
    assert compare_metadata(context, metadata) == []


def _is_ours(_object: object, name: str, kind: str, _reflected: bool, _compare_to: object) -> bool:
    made_by_program = name.startswith(("fix_", "alembic_")) and name != "fix_worker_id_idx"
    return not (kind == "table" and (made_by_program or name in {"spatial_ref_sys", "scope_key", "role_may"}))


def _same_type(
    _context: object, _column: object, _meta: object, found: object, wanted: object
) -> bool | None:
    # Geometry types are compared by their own text: GeoAlchemy2 and the catalogue word them differently.
    if type(found).__name__ == "Geometry":
        return str(found).lower() != str(wanted).lower()
    return None


def test_the_ledger_can_only_grow(conn: Connection) -> None:
    conn.exec_driver_sql(
        "INSERT INTO ledger (at, actor, action, subject, detail) VALUES (now(), 'a', 'b', 'c', '{}');"
        "SET CONSTRAINTS ALL IMMEDIATE"
    )
    for table, column in (("ledger", "id"), ("ledger_chain", "seq")):
        for statement in (
            f"UPDATE {table} SET {column} = DEFAULT",
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
        ):
            with pytest.raises(ProgrammingError, match="append-only"), conn.begin_nested():
                conn.exec_driver_sql(statement)


def test_migrations_go_down_to_nothing_and_up_again(fresh_database: str) -> None:
    engine = make_engine(fresh_database)
    with engine.begin() as conn:
        _move(conn, command.downgrade, "base")
        left = conn.exec_driver_sql(
            "SELECT relname FROM pg_class "
            "WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        ).scalars()
        assert set(left) <= {"alembic_version", "spatial_ref_sys"}
        assert conn.exec_driver_sql("SELECT to_regnamespace('jobs')").scalar_one() is None
        _move(conn, command.upgrade, "head")
    engine.dispose()


def test_verdicts_of_before_counts_and_shares_are_seconds_now(fresh_database: str) -> None:
    engine = make_engine(fresh_database)
    with engine.begin() as conn:
        _move(conn, command.downgrade, "0001")
        conn.exec_driver_sql(
            "INSERT INTO worker (code, name) VALUES ('W1', 'W1');"
            "INSERT INTO judgement (worker_id, iso_week, revision, judged_at, core_version, profiles,"
            " boundary_ids, input_digest, result_digest, provisional, flags)"
            " SELECT id, '2026-W45', 1, now(), '0.1.0', '[]', '{}', 'in', 'out', false, '{}' FROM worker;"
            "INSERT INTO week_verdict SELECT id, 9, 0, 7, 8, 9,"
            """ '[{"rule": "BASE-4", "required_s": 36000, "lower_s": 7, "best_s": 8, "upper_s": 9}]' """
            " FROM judgement"
        )
        _move(conn, command.upgrade, "head")
        ((verdict,),) = conn.exec_driver_sql("SELECT verdicts FROM week_verdict").scalars()
        assert verdict == {
            "rule": "BASE-4",
            "unit": "s",
            "required": 36000,
            "lower": 7,
            "best": 8,
            "upper": 9,
            "fixes": None,
            "required_s": 36000,
            "lower_s": 7,
            "best_s": 8,
            "upper_s": 9,
        }
    engine.dispose()


def _move(conn: Connection, way: Callable[[Config, str], None], target: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")))
    config.attributes["connection"] = conn
    way(config, target)
