"""No column of any table can hold who a resident is; where people write freely, a document says so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection

DOC: Final = Path(__file__).resolve().parents[2] / "docs" / "visits.md"

PERSONAL: Final = re.compile(
    r"(^|_)(name|names|surname|given|family|title|phone|tel|telephone|mobile|email|mail|wechat|id_number"
    r"|id_card|identity|idcard|passport|ssn|birth|birthday|born|age|sex|gender|health|illness|disease|medical"
    r"|diagnosis|disability|crime|criminal|record|belief|religion|faith|ethnic|ethnicity|nationality|party"
    r"|resident|residents|person|household_head|tenant|owner|occupant|contact|photo|face|note|notes|remark"
    r"|remarks|comment|memo)($|_)"
)
"""Names of columns that could hold somebody."""

OF_OTHERS: Final = {
    "account.name": "what somebody signs in with who works with the program",
    "account.display_name": "the same person's",
    "api_token.name": "of a program",
    "area.name": "of an area",
    "building.name": "of a building",
    "grid.name": "of a grid",
    "import_run.file_name": "of a file",
    "incident.title": "free text, below",
    "attachment.note": "free text, below",
    "key_place.name": "of a public place",
    "office.name": "of an office",
    "road.name": "of a road",
    "scenario.name": "of a draft",
    "scenario.note": "free text, below",
    "water.name": "of a river",
    "worker.name": "a grid worker's, who works here",
}
"""Columns with such a name that hold something else."""

FREE_TEXT: Final = {
    match["column"]
    for match in re.finditer(r"(?m)^\| `(?P<column>[a-z_]+\.[a-z_]+)` \|", DOC.read_text("utf-8"))
}
"""What docs/visits.md lists: people write there, and are told not to write of residents."""

WORDS: Final = {
    *("code", "kind", "state", "mode", "why", "level", "role", "class", "visit_class", "datum", "method"),
    *(
        "source",
        "source_ref",
        "reference",
        "workflow",
        "state_kind",
        "place",
        "move",
        "from_state",
        "to_state",
    ),
    *(
        "category_code",
        "media_type",
        "sha256",
        "purpose",
        "op",
        "layer",
        "client",
        "form",
        "duty_kind",
        "area",
    ),
    *(
        "iso_week",
        "rule",
        "outcome_then",
        "period",
        "core_version",
        "issuer",
        "subject",
        "name",
        "display_name",
        "file_name",
        "state",
    ),
    *("browser", "user_agent", "content_type", "action", "actor", "error", "next", "nonce", "verifier"),
    *("password_hash", "without_grid", "version_num", "permission", "reach"),
}
"""Columns of codes, words of a list, digests, and names that stand above."""

WHO_OR_DIGEST: Final = re.compile(r"(^|_)(by|by_account|assigned_to|writer|digest)$")
"""Columns that say which account did something, or that hold a digest."""

COLUMNS: Final = """
    SELECT c.table_name || '.' || c.column_name AS column, c.column_name AS name,
        CASE c.is_generated WHEN 'NEVER' THEN c.data_type ELSE 'made' END AS type
    FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.table_name <> 'spatial_ref_sys'
        AND c.table_name !~ '^fix_'
    ORDER BY 1
"""

MADE_BY_THE_PROGRAM: Final = {"jsonb", "bytea", "ARRAY", "made"}
"""Documents, digests, packed numbers and what the database makes of other columns: no person types them."""


@pytest.fixture(scope="module")
def columns(engine: object) -> list[tuple[str, str, str]]:
    with engine.connect() as conn:  # type: ignore[attr-defined]
        return [tuple(row) for row in conn.execute(text(COLUMNS))]


def test_no_column_is_called_after_what_a_person_is(columns: list[tuple[str, str, str]]) -> None:
    named = {column for column, name, _ in columns if PERSONAL.search(name)}
    assert named - set(OF_OTHERS) == set(), "may it hold a resident? Then not; else say here what it holds"
    assert set(OF_OTHERS) <= {column for column, _, _ in columns}, "a column that is no more"


def test_where_people_write_freely_is_documented(columns: list[tuple[str, str, str]]) -> None:
    texts = {
        column
        for column, name, kind in columns
        if kind not in MADE_BY_THE_PROGRAM
        and kind in {"text", "character varying", "USER-DEFINED"}
        and name not in WORDS | {"geom", "point", "body_geom"}
        and not WHO_OR_DIGEST.search(name)
    }
    assert texts - FREE_TEXT == set(), "a column of free text: list it in docs/visits.md, or make it a code"
    assert {column for column, _, _ in columns} >= FREE_TEXT, "docs/visits.md lists a column that is no more"


def test_the_tables_of_visits_hold_no_free_text(
    conn: Connection, columns: list[tuple[str, str, str]]
) -> None:
    visits = {
        column for column, _, kind in columns if column.startswith("visit") and kind in {"text", "jsonb"}
    }
    assert visits == {
        "visit.mode",
        "visit_appointment.made_by",
        "visit_appointment_end.by",
        "visit_appointment_end.why",
        "visit_counter.by",
        "visit_counter.visit_class",
        "visit_proof.core_version",
        "visit_proof.state",
        "visit_target.reference",
        "visit_target.visit_class",
        "visit_withdrawal.by",
        "visit_withdrawal.why",
    }
    bound = conn.execute(
        text(
            "SELECT conrelid::regclass || '' FROM pg_constraint WHERE contype = 'c'"
            " AND pg_get_constraintdef(oid) ~ '(why|mode|state|visit_class) = ANY'"
        )
    ).scalars()
    assert {"visit", "visit_target", "visit_proof", "visit_withdrawal", "visit_appointment_end"} <= set(bound)
