"""The chain over the ledger: what breaks it is found and named, what should not break it does not."""

from __future__ import annotations

import hashlib
import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import ProgrammingError
from typer.testing import CliRunner

from gis_grid.cli import app
from gis_grid.kit import clock
from gis_grid.kit.database import make_engine, transaction
from gis_grid.kit.errors import BadInput, Conflict
from gis_grid.ledger import chain
from gis_grid.ledger import service as ledger
from gis_grid.ledger.checkpoint import Checkpoint

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result
    from conftest import Server
    from sqlalchemy import Connection, Engine

NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)


@pytest.fixture
def own(fresh_database: str) -> Iterator[Engine]:
    """Return an engine of the ledger's owner, with five entries in it."""
    engine = make_engine(fresh_database)
    for number in range(1, 6):
        write(engine, f"entry {number}")
    yield engine
    engine.dispose()


@pytest.fixture
def admin(server: Server, fresh_database: str, own: Engine) -> Iterator[Engine]:
    """Return an engine of a superuser."""
    engine = make_engine(server.admin_url(make_url(fresh_database).database or ""))
    yield engine
    engine.dispose()


def write(engine: Engine, what: str, **detail: Any) -> None:
    with transaction(engine) as conn:
        ledger.record(conn, NOON, "cli:test", "test", what, {"zh": "网格", **detail})


def verify(engine: Engine, *checkpoints: Checkpoint) -> chain.Verified:
    with transaction(engine) as conn:
        return chain.verify(conn, checkpoints)


def checkpoint(engine: Engine) -> Checkpoint:
    found = verify(engine)
    return Checkpoint(seq=found.seq, hash=found.digest.hex(), at=clock.now(), entries=found.good, program="x")


@contextmanager
def past_the_triggers(admin: Engine) -> Iterator[Connection]:
    """Do what only a superuser can: nothing fires and nothing is checked."""
    with transaction(admin) as conn:
        conn.exec_driver_sql("SET LOCAL session_replication_role = replica")
        yield conn


def tamper(admin: Engine, statement: str) -> None:
    with past_the_triggers(admin) as conn:
        conn.exec_driver_sql(statement)


def test_an_untouched_ledger_is_good(own: Engine) -> None:
    found = verify(own)
    assert (found.good, found.seq, found.first_break, found.breaks) == (5, 5, None, 0)


def test_an_empty_ledger_is_good(fresh_database: str) -> None:
    engine = make_engine(fresh_database)
    found = verify(engine)
    assert (found.good, found.seq, found.first_break) == (0, 0, None)
    engine.dispose()


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'somebody else'",
        "at = at + interval '1 microsecond'",
        "at = 'infinity'",
        "action = 'nothing'",
        "subject = 'worker:W2'",
        """detail = '{"zh": "格网"}'""",
        "detail = '{}'",
    ],
)
def test_a_changed_row_is_named(own: Engine, admin: Engine, change: str) -> None:
    tamper(admin, f"UPDATE ledger SET {change} WHERE subject = 'entry 3'")
    found = verify(own)
    assert found.first_break is not None
    assert (found.first_break.seq, found.first_break.entry_id, found.breaks) == (3, 3, 1)
    assert "changed" in found.first_break.what
    assert found.good == 4


def test_a_row_changed_with_its_trigger_switched_off_is_named(own: Engine, admin: Engine) -> None:
    with transaction(admin) as conn:
        conn.exec_driver_sql(
            "ALTER TABLE ledger DISABLE TRIGGER ledger_append_only;"
            "UPDATE ledger SET actor = 'x' WHERE id = 2;"
            "ALTER TABLE ledger ENABLE TRIGGER ledger_append_only"
        )
    found = verify(own)
    assert found.first_break is not None
    assert str(found.first_break).startswith("link 2, entry 2: the entry or its hash was changed")
    assert "x, test, entry 2" in str(found.first_break)


def test_a_deleted_row_is_named(own: Engine, admin: Engine) -> None:
    tamper(admin, "DELETE FROM ledger WHERE id = 4")
    found = verify(own)
    assert found.first_break == chain.Break(4, 4, "the entry was deleted")


def test_a_row_deleted_with_its_link_is_a_missing_link(own: Engine, admin: Engine) -> None:
    tamper(admin, "DELETE FROM ledger WHERE id = 4; DELETE FROM ledger_chain WHERE seq = 4")
    found = verify(own)
    assert found.first_break is not None
    assert (found.first_break.seq, found.breaks) == (4, 1)
    assert "missing" in found.first_break.what


def test_links_numbered_anew_after_a_deletion_do_not_fit(own: Engine, admin: Engine) -> None:
    tamper(
        admin,
        "DELETE FROM ledger WHERE id = 3; DELETE FROM ledger_chain WHERE seq = 3;"
        "UPDATE ledger_chain SET seq = 3 WHERE seq = 4; UPDATE ledger_chain SET seq = 4 WHERE seq = 5",
    )
    found = verify(own)
    assert found.first_break is not None
    assert (found.first_break.seq, found.first_break.entry_id) == (3, 4)


def test_a_row_put_in_past_the_chain_is_named(own: Engine, admin: Engine) -> None:
    tamper(
        admin,
        "INSERT INTO ledger (at, actor, action, subject, detail) VALUES (now(), 'a', 'b', 'made up', '{}')",
    )
    found = verify(own)
    assert found.first_break is not None
    assert (found.first_break.seq, found.first_break.entry_id, found.good) == (None, 6, 5)
    assert "made up" in str(found.first_break)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_chain SET hash = sha256('') WHERE seq = 2",
        "UPDATE ledger_chain SET entry_id = NULL WHERE seq = 2",
        "UPDATE ledger_chain SET entry_id = CASE entry_id WHEN 2 THEN 3 ELSE 2 END WHERE seq IN (2, 3)",
    ],
)
def test_a_changed_link_is_named(own: Engine, admin: Engine, change: str) -> None:
    with past_the_triggers(admin) as conn:
        conn.exec_driver_sql(
            "ALTER TABLE ledger_chain DROP CONSTRAINT ledger_chain_entry_id_key,"
            " DROP CONSTRAINT ledger_chain_entry_id_check"
        )
        conn.exec_driver_sql(change)
    found = verify(own)
    assert found.first_break is not None
    assert found.first_break.seq == 2


def test_without_its_anchor_the_chain_is_broken_at_the_start(own: Engine, admin: Engine) -> None:
    tamper(admin, "DELETE FROM ledger_chain WHERE seq = 0")
    found = verify(own)
    assert found.first_break is not None
    assert (found.first_break.seq, "missing" in found.first_break.what) == (0, True)


def test_a_ledger_that_was_emptied_is_broken_without_any_checkpoint(own: Engine, admin: Engine) -> None:
    tamper(admin, "DELETE FROM ledger_chain; DELETE FROM ledger")
    found = verify(own)
    assert (found.good, found.seq) == (0, -1)
    assert found.first_break == chain.Break(0, None, "the chain is gone, with the link that it begins with")


def test_a_cut_tail_is_seen_by_a_checkpoint_only(own: Engine, admin: Engine) -> None:
    kept = checkpoint(own)
    tamper(admin, "DELETE FROM ledger_chain WHERE seq >= 4; DELETE FROM ledger WHERE id >= 4")
    assert verify(own).first_break is None
    found = verify(own, kept)
    assert found.first_break is not None
    assert (found.first_break.seq, found.good) == (4, 3)
    assert "cut off" in found.first_break.what


def test_a_chain_written_anew_is_seen_by_a_checkpoint_only(own: Engine, admin: Engine) -> None:
    early = checkpoint(own)
    write(own, "entry 6")
    late = checkpoint(own)
    rewrite_from(admin, 6, "UPDATE ledger SET actor = 'nobody' WHERE id = 6")
    assert verify(own).first_break is None
    assert verify(own, early).first_break is None
    found = verify(own, late, early)
    assert found.first_break is not None
    assert (found.first_break.seq, "written anew" in found.first_break.what) == (6, True)


def rewrite_from(admin: Engine, first: int, change: str) -> None:
    """Change an entry and make all hashes from it on anew, as one with every right could."""
    with past_the_triggers(admin) as conn:
        conn.exec_driver_sql(change)
        conn.exec_driver_sql(
            "DO $$ DECLARE one record; BEGIN"
            f" FOR one IN SELECT link.seq, ledger FROM ledger_chain link JOIN ledger ON id = entry_id"
            f" WHERE seq >= {first} ORDER BY seq LOOP"
            " UPDATE ledger_chain SET hash = ledger_hash("
            "  (SELECT hash FROM ledger_chain WHERE seq = one.seq - 1), one.seq, one.ledger)"
            " WHERE seq = one.seq; END LOOP; END $$"
        )


def test_a_checkpoint_of_another_database_is_told_apart(own: Engine) -> None:
    foreign = Checkpoint(seq=0, hash="0" * 64, at=clock.now(), entries=0, program="x")
    found = verify(own, foreign)
    assert found.first_break is not None
    assert "another database" in found.first_break.what


def test_what_is_rolled_back_leaves_no_hole(own: Engine) -> None:
    with own.connect() as conn:
        ledger.record(conn, NOON, "cli:test", "test", "never was", {})
        conn.rollback()
    write(own, "entry after")
    found = verify(own)
    assert (found.good, found.seq, found.first_break) == (6, 6, None)
    with transaction(own) as conn:
        assert conn.exec_driver_sql("SELECT max(id) FROM ledger").scalar_one() == 7


def test_writers_side_by_side_make_one_chain(own: Engine) -> None:
    threads = [
        threading.Thread(target=lambda n=n: [write(own, f"{n}-{i}") for i in range(25)]) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = verify(own)
    assert (found.good, found.seq, found.first_break) == (205, 205, None)


def test_a_long_transaction_keeps_no_other_waiting(own: Engine) -> None:
    with transaction(own) as slow:
        ledger.record(slow, NOON, "cli:test", "import", "begun first", {})
        with transaction(own) as quick:
            quick.exec_driver_sql("SET LOCAL lock_timeout = '2s'")
            ledger.record(quick, NOON, "cli:test", "test", "done first", {})
    with transaction(own) as conn:
        order = conn.exec_driver_sql(
            "SELECT subject FROM ledger_chain JOIN ledger ON id = entry_id WHERE seq > 5 ORDER BY seq"
        ).scalars()
        assert list(order) == ["done first", "begun first"]
    assert verify(own).first_break is None


def test_two_entries_of_one_transaction_follow_each_other(own: Engine) -> None:
    with transaction(own) as conn:
        for what in ("one", "two"):
            ledger.record(conn, NOON, "cli:test", "test", what, {})
    assert verify(own).good == 7


def test_entries_of_before_the_chain_are_chained_in_their_order(own: Engine) -> None:
    from alembic import command
    from test_migrations import _move

    with transaction(own) as conn:
        _move(conn, command.downgrade, "0006")
        conn.exec_driver_sql(
            "INSERT INTO ledger (at, actor, action, subject, detail) VALUES (now(), 'a', 'b', 'old', '{}')"
        )
        _move(conn, command.upgrade, "head")
    found = verify(own)
    assert (found.good, found.first_break) == (6, None)


def test_another_program_can_recompute_a_hash(own: Engine) -> None:
    """As docs/ledger.md says how."""
    with transaction(own) as conn:
        anchor, first = conn.exec_driver_sql("SELECT hash FROM ledger_chain ORDER BY seq LIMIT 2").scalars()
    text = '[1, 1, 1793592000.000000, "cli:test", "test", "entry 1", {"zh": "网格"}]'
    assert hashlib.sha256(anchor + text.encode()).digest() == first


def test_not_even_the_owner_changes_a_link(own: Engine) -> None:
    for statement in (
        "UPDATE ledger_chain SET hash = ''",
        "DELETE FROM ledger_chain",
        "TRUNCATE ledger_chain",
    ):
        with pytest.raises(ProgrammingError, match="append-only"), transaction(own) as conn:
            conn.exec_driver_sql(statement)


def test_a_checkpoint_is_written_once_and_read_again(tmp_path: Path, own: Engine) -> None:
    kept = checkpoint(own)
    kept.write(tmp_path / "one.json")
    assert Checkpoint.read(tmp_path / "one.json") == kept
    with pytest.raises(Conflict, match="there already"):
        kept.write(tmp_path / "one.json")
    with pytest.raises(BadInput, match="cannot be written"):
        kept.write(tmp_path / "none" / "one.json")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"seq": -1}', '{"seq": 1, "hash": "zz"}', "\x00"])
def test_what_is_no_checkpoint_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(text)
    with pytest.raises(BadInput, match="no checkpoint"):
        Checkpoint.read(file)
    with pytest.raises(BadInput, match="cannot be read"):
        Checkpoint.read(tmp_path / "none.json")


def audit(url: str, *arguments: object) -> Result:
    settings = {"GIS_GRID_DATABASE_URL": url, "GIS_GRID_TIMEZONE": "Asia/Shanghai"}
    return CliRunner().invoke(app, ["audit", *map(str, arguments)], env=settings)


def test_the_command_names_the_first_broken_link(
    own: Engine, admin: Engine, fresh_database: str, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.json"
    made = audit(fresh_database, "checkpoint", kept)
    assert made.exit_code == 0, made.output
    assert json.loads(kept.read_text())["entries"] == 5
    good = audit(fresh_database, "verify", "--checkpoint", kept)
    assert good.exit_code == 0, good.output
    assert "5 entries are what was written" in good.stdout
    tamper(admin, "UPDATE ledger SET actor = '李四' WHERE id IN (2, 4)")
    bad = audit(fresh_database, "verify")
    assert bad.exit_code == 1
    assert "BROKEN at link 2, entry 2" in bad.stdout
    assert "李四" in bad.stdout
    assert "at 1 places more" in bad.stdout
    assert isinstance(audit(fresh_database, "checkpoint", tmp_path / "other.json").exception, Conflict)
    assert not (tmp_path / "other.json").exists()


def test_the_command_lists_what_is_asked_for(own: Engine, fresh_database: str) -> None:
    assert audit(fresh_database, "list", "--limit", 2).stdout.splitlines() == [
        '5  2026-11-02 12:00:00+08:00  cli:test  test  entry 5  {"zh": "网格"}',
        '4  2026-11-02 12:00:00+08:00  cli:test  test  entry 4  {"zh": "网格"}',
    ]
    found = audit(fresh_database, "list", "--subject", "entry 1", "--action", "test", "--from", "2026-11-02")
    assert found.stdout.startswith("1  ")
    assert audit(fresh_database, "list", "--to", "2026-11-01").stdout == ""
