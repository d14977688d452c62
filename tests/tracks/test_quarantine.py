"""Messages that could not be used: looked at, taken in once more, dropped, forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from emptied import empty
from sqlalchemy import text
from typer.testing import CliRunner
from walking_ground import MONDAY, SHANGHAI, at, hire

from gis_grid.accounts.secrets import digest
from gis_grid.cli import app
from gis_grid.core.geometry.datum import Datum
from gis_grid.kit.errors import BadInput, NotFound
from gis_grid.tracks import devices, quarantine
from gis_grid.tracks import service as tracks
from gis_grid.tracks.intake import credential, pipeline, store
from gis_grid.tracks.intake.group import Entry, Group, Policy
from gis_grid.tracks.phones.clients import CLIENTS
from gis_grid.tracks.phones.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result
    from sqlalchemy import Engine

NOON = at(MONDAY, 12)
POLICY = Policy(SHANGHAI)
TRACCAR = next(client for client in CLIENTS if client.name == "traccar")
GOOD = f"lat=39.9015&lon=116.302&timestamp={int(NOON.timestamp())}&accuracy=5"
BAD = "lat=somewhere&lon=116.302&timestamp=1"


@pytest.fixture
def engine(module_engine: Engine) -> Engine:
    """Return the database of this module, empty but for the ledger."""
    with module_engine.begin() as conn:
        empty(conn, "worker", "device", "fix", "touched_day", "off_duty_count", "quarantine")
    return module_engine


@pytest.fixture
def secret(engine: Engine) -> str:
    """Issue a phone of a worker who is on duty from ten to two, and return its token."""
    with engine.begin() as conn:
        worker = hire(conn, grid=None)
        tracks.sign_in(conn, worker, [(at(MONDAY, 10), at(MONDAY, 14))])
        return devices.add(conn, "P1", "W1", Datum.WGS84, at(MONDAY, 0), actor="cli:x", now=NOON).secret


def keep(engine: Engine, secret: str, query: str, body: bytes = b"") -> None:
    message = Message("POST", query, "application/json" if body else "", body, "Traccar/9")
    shown = credential.find(message, f"Bearer {secret}")
    assert shown is not None
    entry = Entry(TRACCAR, shown.message, digest(secret), NOON)
    with engine.begin() as conn:
        pipeline.take_in(conn, Group([entry], POLICY))
    assert entry.faults


def aside(engine: Engine, query: str, client: str = "traccar") -> None:
    """Put a message aside that could not be read when it came."""
    with engine.begin() as conn:
        conn.execute(
            text(
                "INSERT INTO quarantine (device_id, received_at, client, method, query, content_type,"
                " user_agent, body, error) SELECT id, :at, :client, 'POST', :query, '', '', '', 'not yet'"
                " FROM device"
            ),
            {"at": NOON, "query": query, "client": client},
        )


def replay(engine: Engine, *ids: int) -> list[tuple[int, bool]]:
    done = quarantine.replay(engine, ids or None, POLICY, actor="cli:x", now=NOON)
    return [(one.id, not one.faults) for one in done]


def values(engine: Engine, query: str) -> list[Any]:
    with engine.connect() as conn:
        return list(conn.execute(text(query)).scalars())


def run(engine: Engine, *arguments: object) -> Result:
    url = engine.url.render_as_string(hide_password=False)
    return CliRunner().invoke(app, ["quarantine", *map(str, arguments)], env={"GIS_GRID_DATABASE_URL": url})


def test_what_was_learnt_to_read_is_taken_in_once(engine: Engine, secret: str) -> None:
    aside(engine, GOOD)
    assert replay(engine) == [(1, True)]
    assert values(engine, "SELECT t FROM fix") == [NOON]
    assert values(engine, "SELECT replayed_at FROM quarantine") == [NOON]
    assert replay(engine) == replay(engine, 1) == []
    assert values(engine, "SELECT count(*) FROM fix") == [1]
    assert values(engine, "SELECT local_date FROM touched_day") == [MONDAY]
    assert values(
        engine, "SELECT action FROM ledger WHERE subject = 'device:P1' ORDER BY id DESC LIMIT 1"
    ) == ["quarantine_replayed"]


def test_what_the_table_refuses_stays_with_its_new_error(engine: Engine, secret: str) -> None:
    aside(engine, GOOD)
    with engine.begin() as conn:
        conn.execute(text("ALTER TABLE fix ADD CONSTRAINT south CHECK (lat < 0)"))
    try:
        assert replay(engine) == [(1, False)]
    finally:
        with engine.begin() as conn:
            conn.execute(text("ALTER TABLE fix DROP CONSTRAINT south"))
    assert values(engine, "SELECT error FROM quarantine") == [
        "it cannot be stored (psycopg.errors.CheckViolation [23514])"
    ]
    assert replay(engine) == [(1, True)]


def test_what_fails_again_stays_with_its_new_error_and_holds_nothing_up(engine: Engine, secret: str) -> None:
    aside(engine, BAD)
    aside(engine, GOOD, "nokia")
    aside(engine, GOOD)
    assert replay(engine) == [(1, False), (2, False), (3, True)]
    errors = values(engine, "SELECT error FROM quarantine ORDER BY id")
    assert "somewhere" in errors[0]
    assert errors[1] == "nothing reads messages of 'nokia'"
    assert values(engine, "SELECT id FROM quarantine WHERE replayed_at IS NULL ORDER BY id") == [1, 2]


def test_what_turns_out_to_be_off_duty_is_counted_and_not_kept(engine: Engine, secret: str) -> None:
    evening = GOOD.replace(str(int(NOON.timestamp())), str(int((NOON + timedelta(hours=5)).timestamp())))
    aside(engine, evening)
    assert replay(engine) == [(1, True)]
    assert values(engine, "SELECT fixes FROM off_duty_count") == [1]
    assert values(engine, "SELECT query FROM quarantine") == [""]
    assert values(engine, "SELECT count(*) FROM fix") == [0]


def test_a_message_of_later_than_its_arrival_stays_out_for_ever(engine: Engine, secret: str) -> None:
    ahead = GOOD.replace(str(int(NOON.timestamp())), str(int((NOON + timedelta(days=3)).timestamp())))
    keep(engine, secret, ahead)
    assert replay(engine) == [(1, False)]


def test_a_look_at_a_message_is_a_look_at_the_track(engine: Engine, secret: str) -> None:
    keep(engine, secret, BAD)
    with engine.begin() as conn:
        shown = quarantine.show(conn, 1, tz=SHANGHAI, actor="cli:x", now=NOON)
        assert (shown.device, shown.worker, shown.query) == ("P1", "W1", BAD)
        assert BAD not in repr(shown)
        entry = conn.execute(text("SELECT * FROM ledger ORDER BY id DESC LIMIT 1")).one()
        assert (entry.actor, entry.action, entry.subject) == ("cli:x", "look_at_track", "worker:W1")
        assert entry.detail == {
            "from": str(MONDAY),
            "to": str(MONDAY),
            "reason": "a message that could not be used",
        }


def test_a_look_at_a_message_that_nobodys_phone_sent_is_written_down_too(engine: Engine, secret: str) -> None:
    keep(engine, secret, BAD)
    with engine.begin() as conn:
        conn.execute(text("DELETE FROM device_holder"))
        assert quarantine.show(conn, 1, tz=SHANGHAI, actor="cli:x", now=NOON).worker is None
    assert values(engine, "SELECT subject FROM ledger WHERE action = 'quarantine_shown'") == ["device:P1"]


def test_what_is_old_is_forgotten(engine: Engine, secret: str) -> None:
    keep(engine, secret, BAD)
    with engine.begin() as conn:
        assert quarantine.forget_old(conn, now=NOON + timedelta(days=90), days=90) == 0
        assert quarantine.forget_old(conn, now=NOON + timedelta(days=90, seconds=1), days=90) == 1


def test_the_commands_list_show_replay_and_drop(engine: Engine, secret: str) -> None:
    keep(engine, secret, BAD, b'{"device_id": "' + secret.encode() + b'", "x": "\x1b[31m\xff\xe2\x80\xae"}')
    aside(engine, GOOD)
    listed = run(engine, "list", "--device", "P1", "--since", "2026-11-02").stdout.splitlines()
    assert [line.split()[0] for line in listed] == ["id", "2", "1"]
    assert run(engine, "list").stdout.splitlines() == listed
    assert len(run(engine, "list", "--since", "2026-11-03").stdout.splitlines()) == 1

    shown = run(engine, "show", 1)
    assert shown.exit_code == 0, shown.exception
    assert "held by W1" in shown.stdout
    assert r"\x1b[31m\xff\u202e" in shown.stdout
    assert secret not in shown.stdout
    assert "\x1b" not in shown.stdout

    replayed = run(engine, "replay", "--all")
    assert replayed.stderr == "1 messages are in, 1 failed again\n"
    assert replayed.stdout.startswith("1: ")
    kept = run(engine, "drop", 1, 2)
    assert isinstance(kept.exception, BadInput)
    assert isinstance(run(engine, "drop", 1, 9, "--yes").exception, NotFound)
    assert values(engine, "SELECT count(*) FROM quarantine") == [2]
    assert run(engine, "drop", 1, 2, "--yes").stderr == "2 messages are deleted\n"
    assert values(engine, "SELECT count(*) FROM quarantine") == [0]
    assert len(values(engine, "SELECT id FROM ledger WHERE action = 'quarantine_dropped'")) == 2


def test_what_is_asked_wrongly_says_so(engine: Engine) -> None:
    for arguments, kind, why in [
        (("show", 7), NotFound, "No such message: 7"),
        (("replay", 7), NotFound, "No such message: 7"),
        (("replay",), BadInput, "expected numbers of messages, or --all"),
        (("replay", 7, "--all"), BadInput, "expected numbers of messages, or --all"),
    ]:
        error = run(engine, *arguments).exception
        assert isinstance(error, kind)
        assert why in str(error)


def test_a_decoder_that_breaks_on_replay_loses_nothing(
    engine: Engine, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Message) -> Any:
        raise ZeroDivisionError

    aside(engine, GOOD)
    monkeypatch.setitem(quarantine._CLIENTS, "traccar", replace(TRACCAR, decode=broken))
    assert replay(engine) == [(1, False)]
    monkeypatch.undo()
    assert replay(engine) == [(1, True)]


@pytest.mark.parametrize("write", [str, quote, lambda token: "".join(f"%{ord(sign):02x}" for sign in token)])
@pytest.mark.parametrize("where", ["query", "body"])
def test_a_token_is_cut_out_however_an_address_writes_it(
    secret: str, where: str, write: Callable[[str], str]
) -> None:
    said = f"id={write(secret)}&lat=1"
    message = Message(
        "POST", said if where == "query" else "", body=said.encode() if where == "body" else b""
    )
    shown = credential.find(message, f"Bearer {secret}")
    assert shown is not None
    assert (shown.message.query or shown.message.body.decode()) == "id=&lat=1"


def counts(engine: Engine) -> tuple[int, int]:
    with engine.begin() as conn:
        kept = conn.execute(text("SELECT count(*) FROM quarantine")).scalar_one()
        return kept, conn.execute(text("SELECT sum(not_kept) FROM quarantine_tally")).scalar_one()


def flood(engine: Engine, secret: str, messages: int, body: bytes = b"", at: datetime = NOON) -> list[Entry]:
    entries = [
        Entry(TRACCAR, Message("POST", BAD, body=body), digest(secret), at + timedelta(milliseconds=n))
        for n in range(messages)
    ]
    with engine.begin() as conn:
        pipeline.take_in(conn, Group(entries, POLICY))
    return entries


def test_of_a_broken_phone_no_more_is_kept_in_a_day_than_shows_what_is_wrong(
    engine: Engine, secret: str
) -> None:
    flood(engine, secret, 150)
    flood(engine, secret, 150)
    assert counts(engine) == (store.MOST_A_DAY, 100)
    flood(engine, secret, 1, at=NOON + timedelta(hours=23))
    assert counts(engine) == (store.MOST_A_DAY, 101)
    flood(engine, secret, 1, at=NOON + timedelta(hours=25))
    assert counts(engine) == (store.MOST_A_DAY + 1, 101)


def test_large_messages_are_counted_by_their_bytes(engine: Engine, secret: str) -> None:
    flood(engine, secret, 6, bytes(1_000_000))
    assert counts(engine) == (4, 2)


def test_another_phone_is_not_kept_from_being_looked_at(engine: Engine, secret: str) -> None:
    flood(engine, secret, 201)
    with engine.begin() as conn:
        hire(conn, "W2", grid=None)
        other = devices.add(conn, "P2", "W2", Datum.WGS84, at(MONDAY, 0), actor="cli:x", now=NOON).secret
    flood(engine, other, 1)
    assert counts(engine) == (201, 1)


def test_what_was_not_kept_is_told_in_the_list_and_forgotten_with_the_rest(
    engine: Engine, secret: str
) -> None:
    flood(engine, secret, 203)
    with engine.begin() as conn:
        (lost,) = quarantine.not_kept(conn, device="P1", since=at(MONDAY, 0))
        assert (lost.device, lost.messages) == ("P1", 3)
        assert quarantine.not_kept(conn, device="P2") == []
        assert quarantine.forget_old(conn, now=NOON + timedelta(days=15), days=14) == 200
        assert quarantine.not_kept(conn) == []


def test_nothing_of_a_message_that_is_in_is_kept(engine: Engine, secret: str) -> None:
    aside(engine, GOOD)
    (done,) = quarantine.replay(engine, None, POLICY, actor="cli:x", now=NOON)
    assert done.faults == []
    with engine.begin() as conn:
        assert conn.execute(text("SELECT query, body = '' FROM quarantine")).one() == ("", True)
