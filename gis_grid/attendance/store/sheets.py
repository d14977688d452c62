"""SQL of tables that come in: staged by COPY, checked against each other and what is stored, then merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text

from gis_grid.attendance.sheets import FIELDS, Sheet
from gis_grid.attendance.store import absences, lists, roster
from gis_grid.kit.database import copy_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Target:
    """How a sheet's rows become rows of a table.

    `key` says which rows are the same one, `values` what may change. `problems` are further checks and
    `merge` the statements that write; the last of them returns (new, changed). Both are SQL over ``staged``.
    Without `of_known_workers` the table makes those that it names.
    """

    key: tuple[str, ...]
    values: tuple[str, ...]
    problems: tuple[str, ...]
    merge: tuple[str, ...]
    of_known_workers: bool = True


TARGETS: Mapping[Sheet, Target] = {
    Sheet.SIGNATURES: Target(
        ("worker", "time", "kind"),
        ("lon", "lat", "accuracy_m"),
        (lists.HALF_A_POSITION,),
        (lists.MERGE_SIGNATURES,),
    ),
    Sheet.CHECKS: Target(("worker", "time"), ("checked_by",), (), (lists.MERGE_CHECKS,)),
    Sheet.FORMS: Target(("worker", "date", "form"), ("filed_at",), (), (lists.MERGE_FORMS,)),
    Sheet.GROUPS: Target(("worker",), ("group",), (lists.GROUP_SIZES,), lists.MERGE_GROUPS),
    Sheet.PART_TIME: Target(
        ("worker", "first_date"),
        ("last_date",),
        (lists.BACKWARDS, lists.PART_TIME_OVERLAPS),
        (lists.MERGE_PART_TIME,),
    ),
    Sheet.ABSENCES: Target(
        ("worker", "first_date"),
        ("last_date", "approved_by"),
        (lists.BACKWARDS, absences.OVERLAPS, absences.STAND_INS, absences.STAND_IN_TIMES),
        absences.MERGE,
    ),
    Sheet.WORKERS: Target(
        ("worker",),
        ("name", "grid", "first_date"),
        (roster.UNKNOWN_GRIDS, roster.ANOTHER_GRID),
        roster.MERGE,
        of_known_workers=False,
    ),
}


def stage(conn: Connection, sheet: Sheet, rows: Iterable[Sequence[object]]) -> int:
    """Copy rows of (line number, the sheet's fields) into a temporary table; return how many."""
    fields = FIELDS[sheet]
    columns = ", ".join(f'"{field.name}" {field.type}' for field in fields)
    conn.exec_driver_sql("DROP TABLE IF EXISTS staged")
    conn.exec_driver_sql(f"CREATE TEMPORARY TABLE staged (row int8, {columns}) ON COMMIT DROP")
    names = ["row", *(field.name for field in fields)]
    count = copy_rows(conn, "staged", names, ["int8", *(field.type for field in fields)], rows)
    conn.exec_driver_sql("ANALYZE staged")
    return count


def problems(conn: Connection, sheet: Sheet, timezone: str) -> list[tuple[int, str, str, str]]:
    """Return (row, field, value, message) of staged rows that do not fit, in the order of the file."""
    target = TARGETS[sheet]
    known = (lists.UNKNOWN_WORKERS,) if target.of_known_workers else ()
    checks = (*known, _contradictions(target), *target.problems)
    query = " UNION ALL ".join(f"({check})" for check in checks)
    found = conn.execute(text(f"{query} ORDER BY 1, 2"), _parameters(query, timezone))
    return [(row[0], row[1], row[2], row[3]) for row in found]


def drop(conn: Connection, rows: Sequence[int]) -> None:
    """Leave staged rows out."""
    conn.execute(
        text("DELETE FROM staged WHERE row = ANY(CAST(:rows AS bigint[]))"), {"rows": sorted(set(rows))}
    )


def merge(conn: Connection, sheet: Sheet, timezone: str) -> tuple[int, int, int]:
    """Write the staged rows and return how many are new, changed and the same already."""
    target = TARGETS[sheet]
    key = ", ".join(f'"{name}"' for name in target.key)
    count = f"SELECT count(*) FROM (SELECT DISTINCT {key} FROM staged) AS each"  # noqa: S608 - names from the constants above
    total = conn.execute(text(count)).scalar_one()
    *before, last = target.merge
    for statement in before:
        conn.execute(text(statement), _parameters(statement, timezone))
    new, changed = conn.execute(text(last), _parameters(last, timezone)).one()
    conn.exec_driver_sql("DROP TABLE staged")
    return new, changed, total - new - changed


def _contradictions(target: Target) -> str:
    """Say which rows have the key of an earlier one and other values; the same row twice is one row."""
    key = ", ".join(f'"{name}"' for name in target.key)
    here, there = (", ".join(f'{side}."{name}"' for name in target.values) for side in "sf")
    return f"""
        WITH first AS (SELECT DISTINCT ON ({key}) * FROM staged ORDER BY {key}, row)
        SELECT s.row, '{target.key[0]}', s."{target.key[0]}",
               'stands in row ' || f.row || ' with another {" or ".join(target.values)}'
        FROM staged s JOIN first f USING ({key})
        WHERE s.row > f.row AND ({here}) IS DISTINCT FROM ({there})
    """  # noqa: S608 - names from the constants above


def _parameters(statement: str, timezone: str) -> dict[str, str]:
    return {"timezone": timezone} if ":timezone" in statement else {}
