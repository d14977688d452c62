"""A judged week becomes a bundle, and whoever judges the bundle again finds the same; any change is found."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import struct
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from signed_in import signed_in
from walking_ground import (
    GRID,
    INSIDE,
    MONDAY,
    OUTSIDE,
    SHANGHAI,
    after_the_week,
    at,
    hire,
    objects,
    publish,
    record,
    straight,
    stroll,
)

from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.roles import Role
from gis_grid.attendance.import_file import load_table
from gis_grid.attendance.sheets import Sheet
from gis_grid.core import Fixes
from gis_grid.core.rules.calendar import instant_ms
from gis_grid.grids import service as grids
from gis_grid.kit import clock
from gis_grid.kit.errors import BadInput, Conflict, NotFound
from gis_grid.patrols import service
from gis_grid.patrols.evidence.contents import MANIFEST, MEMBERS, README
from gis_grid.patrols.evidence.service import write_evidence
from gis_grid.patrols.evidence.verifying import verify
from gis_grid.patrols.evidence.writing import manifest_digest
from gis_grid.patrols.profiles import available
from gis_grid.patrols.track import Looker
from gis_grid.tracks.sealed.seal import Due, seal_part
from gis_grid.visits import service as visits
from gis_grid.visits.rows import CounterRows, TargetRows, VisitRows

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi.testclient import TestClient
    from sqlalchemy import Connection, Engine

WEEK = "2026-W45"
TUESDAY = MONDAY + timedelta(days=1)
LOOKER = Looker("auditor", None, "a complaint")


FAR_OFF = """\
time,lon,lat,accuracy_m,mock,track_part,flags,measure
2190-01-01 00:00:00Z,1,2,3,false,0,,
"""


def judge(conn: Connection, *profiles: str, workers: list[str] | None = None) -> None:
    service.judge(
        conn,
        start=MONDAY,
        end=MONDAY,
        tz=SHANGHAI,
        now=after_the_week(),
        workers=workers,
        profile_names=profiles or service.DEFAULT_PROFILES,
    )


def bundle(conn: Connection, path: Path, code: str = "W1", hidden: frozenset[str] = frozenset()) -> Path:
    with path.open("wb") as file:
        write_evidence(conn, code, WEEK, file, now=clock.now(), looker=LOOKER, hidden=hidden)
    return path


def everything(conn: Connection) -> int:
    """A week with every kind of record, a boundary that changes at noon, and fixes of every kind."""
    publish(conn)
    left = shapely.box(116.300, 39.900, 116.3035, 39.903)
    publish(conn, outline=left, valid_from=at(MONDAY + timedelta(days=2), 12))
    publish(conn, "G2", shapely.box(116.304, 39.900, 116.308, 39.903))
    worker, colleague = hire(conn), hire(conn, "W2", "G2")
    wild = Fixes.of([round(at(MONDAY, 9, 20).timestamp() * 1000) + 5], [OUTSIDE[0]], [OUTSIDE[1]],
                    accuracy_m=[400], mock=[True])  # fmt: skip
    record(
        conn,
        worker,
        Fixes.concat([stroll(at(MONDAY, 9), 3600), wild]),
        straight(at(TUESDAY, 14), 3600, INSIDE, (116.306, 39.9015)),
        stroll(at(MONDAY + timedelta(days=6), 23), 5400),
    )
    record(conn, colleague, stroll(at(MONDAY + timedelta(days=3), 10), 3600))
    before = MONDAY - timedelta(days=5)
    thursday = MONDAY + timedelta(days=3)
    for sheet, rows in {
        Sheet.SIGNATURES: [("W1", at(day, 9), "in", *INSIDE, 5.5) for day in (before, MONDAY)],
        Sheet.ABSENCES: [("W1", thursday, thursday, "O1", "W2", at(thursday, 8), at(thursday, 18))],
        Sheet.CHECKS: [("W1", at(day, 10), "O1") for day in (before, MONDAY)],
        Sheet.FORMS: [("W1", day, "daily_task_list", at(day, 18)) for day in (before, MONDAY)],
    }.items():
        load_table(conn, sheet, rows, tz=SHANGHAI)
    places = grids.KeyPlaceRows(
        objects("K1"), objects("学校"), objects("place"), objects(shapely.Point(INSIDE))
    )
    grids.load_key_places(conn, places, valid_from=datetime(2026, 1, 1, tzinfo=UTC))
    visits.load_targets(conn, TargetRows(["T1", "T2"], ["household", "rented"], [116.302] * 2, [39.9015] * 2))
    times = [instant_ms(at(before, 9)), instant_ms(at(MONDAY, 9, 30))]
    visits.load_visits(conn, VisitRows(["T1", "T2"], ["W1"] * 2, times, ["door"] * 2))
    return worker


@pytest.fixture
def judged(conn: Connection) -> int:
    worker = everything(conn)
    judge(conn)
    return worker


def changed(path: Path, name: str, change: Callable[[str], str], *, cover: bool = False) -> Path:
    """Write a bundle anew with one member changed; `cover` makes the manifest say so too."""
    with zipfile.ZipFile(path) as archive:
        members = {one: archive.read(one) for one in archive.namelist()}
    members[name] = change(members[name].decode()).encode()
    if cover:
        manifest = json.loads(members[MANIFEST])
        for one in manifest["members"]:
            content = members[one["name"]]
            one |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        members[MANIFEST] = json.dumps({**manifest, "sha256": manifest_digest(manifest)}).encode()
    other = path.with_name("changed.zip")
    with zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, content in members.items():
            archive.writestr(one, content)
    return other


def test_a_judged_week_comes_out_the_same(conn: Connection, judged: int, tmp_path: Path) -> None:
    report = verify(bundle(conn, tmp_path / "week.zip"))
    assert report.differences == []
    assert (report.worker, report.week, report.revision) == ("W1", WEEK, 1)
    assert report.fixes > 1000
    assert report.verdicts == 17
    assert report.not_judged_again == []
    assert report.digest_of_inputs == "same"


@pytest.mark.parametrize("profile", available())
def test_it_does_by_every_profile(conn: Connection, tmp_path: Path, profile: str) -> None:
    everything(conn)
    judge(conn, profile)
    report = verify(bundle(conn, tmp_path / "week.zip"))
    assert report.differences == []


@pytest.fixture(scope="module")
def once(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a bundle, once; nothing of its town is committed."""
    with engine.connect() as conn, conn.begin() as transaction:
        worker = everything(conn)
        judge(conn)
        seal_part(conn, Due(MONDAY, [worker]), now=after_the_week(), tz=SHANGHAI, actor="cli:test")
        conn.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")  # else the ledger is chained at the commit
        path = bundle(conn, tmp_path_factory.mktemp("bundle") / "week.zip")
        transaction.rollback()
    return path


@pytest.fixture
def made(once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(once, tmp_path / "week.zip"))


def where(path: Path) -> set[tuple[str, str, str]]:
    return {(one.member, one.about, one.what) for one in verify(path).differences}


def one_fix_elsewhere(table: str) -> str:
    """Move one fix of Monday morning 4 km to the north: the time before and after it is a jump."""
    lines = table.splitlines(keepends=True)
    lines[100] = lines[100].replace(",39.90", ",39.94")
    return "".join(lines)


@pytest.mark.parametrize("name", [*MEMBERS, MANIFEST])
def test_a_change_in_any_member_is_found(made: Path, name: str) -> None:
    words = {
        README: ("离线", "在线"),
        "fixes.csv": (",false,", ",true,"),
        "boundaries.geojson": ("39.903]", "39.902]"),
        "records.json": ('"part_time": false', '"part_time": true'),
        "profiles.json": ('"required": 7200.0', '"required": 7201.0'),
        "settings.json": ('"max_gap_s": 300.0', '"max_gap_s": 301.0'),
        "verdicts.json": ('"outcome": "short"', '"outcome": "met"'),
        "ledger.json": ('"hash": "', '"hash": "00'),
        MANIFEST: ('"revision": 1', '"revision": 2'),
    }[name]
    other = changed(made, name, lambda content: content.replace(*words, 1))
    found = where(other)
    assert (name, "", "sha256") in found
    if name in {"ledger.json", MANIFEST}:
        assert len({one for one in found if one[0] == name}) == 2


def test_one_fix_that_was_moved_tells_which_verdict_and_which_number(made: Path) -> None:
    found = verify(changed(made, "fixes.csv", one_fix_elsewhere, cover=True)).differences
    assert ("fixes.csv", "line 101", "flags", "", "jump") in [
        (one.member, one.about, one.what, one.written, one.found) for one in found
    ]
    (monday,) = [one for one in found if (one.about, one.what) == ("judgement", "flags")]
    assert monday.found["jump"] == monday.written["jump"] + 1
    assert {"day 2026-11-02 base BASE-3"} <= {one.about for one in found}


def test_a_verdict_that_was_mended_is_told_with_both_numbers(made: Path) -> None:
    other = changed(
        made,
        "verdicts.json",
        lambda content: content.replace('"outcome": "short"', '"outcome": "met"', 1),
        cover=True,
    )
    (found,) = verify(other).differences
    assert (found.member, found.what) == ("verdicts.json", "outcome")
    assert (found.written, found.found) == ("met", "short")
    assert found.about.startswith("day 2026-11-0")
    other = changed(
        made, "verdicts.json", lambda content: content.replace('"XY-1"', '["XY-1"]', 1), cover=True
    )
    assert {"rule", "outcome"} <= {one.what for one in verify(other).differences}


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("fixes.csv", "nonsense", "fixes.csv cannot be read"),
        ("fixes.csv", FAR_OFF, "fixes.csv cannot be read"),
        ("boundaries.geojson", '{"features": [{}]}', "boundaries.geojson cannot be read"),
        ("boundaries.geojson", "[" * 100_000, "boundaries.geojson cannot be read"),
        ("records.json", '{"records": {}, "left_out": {}}', "not what was written: records.json.classes"),
        ("records.json", '{"records": {"x": 1}, "left_out": {}}', "records.json.x: expected it to be absent"),
        ("profiles.json", '[{"name": 1}]', "profiles.json"),
        ("settings.json", "{}", "settings.json cannot be read: worker is missing"),
        ("verdicts.json", '{"judgement": 1}', "verdicts.json cannot be read: week is missing"),
        ("ledger.json", '{"links": [{}], "sealed": []}', "links[0] is no link"),
        ("ledger.json", '{"links": true, "sealed": []}', "links: expected a list"),
        ("manifest.json", "{}", "does not say that it is one"),
    ],
)
def test_a_member_that_cannot_be_read_is_named(made: Path, name: str, content: str, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        verify(changed(made, name, lambda _: content))
    assert says in str(refused.value)


def test_settings_that_no_week_has_are_refused(made: Path) -> None:
    def replaced(old: str, new: str) -> Path:
        return changed(made, "settings.json", lambda content: content.replace(old, new))

    for old, new, says in (
        ("Asia/Shanghai", "../etc/passwd", "no time zone"),
        (f'"week": "{WEEK}"', '"week": "2026-W99"', "No such week"),
        (f'"week": "{WEEK}"', '"week": "2026-W40"', "not of the week"),
        ('"max_gap_s": 300.0', '"max_gap_s": -1', "cannot be judged"),
        ('"now": "2026', '"now": "9999', "the time of judging"),
    ):
        with pytest.raises(BadInput) as refused:
            verify(replaced(old, new))
        assert says in str(refused.value)


def test_what_is_no_bundle_is_refused_before_it_is_unpacked(made: Path, tmp_path: Path) -> None:
    whole = made.read_bytes()
    other = tmp_path / "other.zip"

    def refused(content: bytes) -> str:
        other.write_bytes(content)
        with pytest.raises(BadInput) as error:
            verify(other)
        return str(error.value)

    def zipped(*members: tuple[str, bytes]) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members:
                archive.writestr(name, content)
        return file.getvalue()

    assert "cut off" in refused(whole[: len(whole) // 2])
    assert "cut off" in refused(b"")
    assert "no ZIP" in refused(b"nothing")
    assert "is missing" in refused(zipped(("a", b"")))
    assert "lists 50 members" in refused(zipped(*((str(n), b"") for n in range(50))))
    assert "lists 10 members" in refused(zipped(*((name, b"") for name in (*MEMBERS, MANIFEST, "a"))))
    assert "README.txt is missing" in refused(
        zipped(*((name, b"") for name in (*MEMBERS[1:], MANIFEST, "a")))
    )
    bomb = [(name, b"\0" * (97 << 20) if name == "fixes.csv" else b"") for name in (*MEMBERS, MANIFEST)]
    assert "too large" in refused(zipped(*bomb))
    lied = zipped(*((name, b"\0" * 100_000 if name == "fixes.csv" else b"") for name in (*MEMBERS, MANIFEST)))
    assert "damaged" in refused(lied.replace(struct.pack("<L", 100_000), struct.pack("<L", 10)))
    at = whole.index(b"fixes.csv") + 400
    assert "damaged" in refused(whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :])


def test_what_is_only_counted_and_what_colleagues_walked_is_not_in_it(
    conn: Connection, tmp_path: Path
) -> None:
    everything(conn)
    visits.load_counters(conn, CounterRows(["G1"], ["follow_up"], [MONDAY], [735_184], [620_731]))
    judge(conn, "jianyang", "fengmao")
    path = bundle(conn, tmp_path / "week.zip", hidden=frozenset({"rented"}))
    report = verify(path)
    assert report.differences == []
    # The hidden visit of Monday is one of those that FM-3 counts; JY-8 is about the colleague.
    assert {"JY-3/follow_up", "JY-8", "FM-3/visits"} <= {*report.not_judged_again, "JY-3/follow_up"}
    with zipfile.ZipFile(path) as archive:
        records = archive.read("records.json").decode()
        colleague = archive.read("fixes.csv").decode()
    assert "735184" not in records
    assert '"visit_class": "rented"' not in records
    assert "2026-11-05" not in colleague


def test_the_bundle_holds_what_was_judged_whatever_came_since(
    conn: Connection, judged: int, tmp_path: Path
) -> None:
    publish(conn, outline=GRID, valid_from=at(MONDAY + timedelta(days=30), 0))
    grids.load_key_places(
        conn,
        grids.KeyPlaceRows(objects("K2"), objects("医院"), objects("place"), objects(shapely.Point(INSIDE))),
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
    )
    record(conn, judged, stroll(at(TUESDAY, 9), 3600), received_at=after_the_week() + timedelta(days=1))
    report = verify(bundle(conn, tmp_path / "week.zip"))
    assert report.differences == []
    record(conn, judged, stroll(at(TUESDAY, 11), 600))
    with pytest.raises(Conflict, match="positions of this week are not those"):
        bundle(conn, tmp_path / "week.zip")
    judge(conn)
    assert verify(bundle(conn, tmp_path / "week.zip")).revision == 2


def test_a_week_judged_before_inputs_were_kept_says_so_until_it_is_judged_again(
    conn: Connection, judged: int, tmp_path: Path
) -> None:
    conn.exec_driver_sql("DELETE FROM judgement_input")
    with pytest.raises(Conflict, match="can be judged again"):
        bundle(conn, tmp_path / "week.zip")
    judge(conn)
    report = verify(bundle(conn, tmp_path / "week.zip"))
    assert (report.revision, report.differences) == (1, [])


def test_sealed_days_are_told_with_their_links_of_the_ledger(made: Path) -> None:
    assert verify(made).differences == []
    with zipfile.ZipFile(made) as archive:
        ledger = json.loads(archive.read("ledger.json"))
    (link,) = ledger["links"]
    assert json.loads(link["entry"])[3:6] == ["cli:test", "seal", "day:2026-11-02"]
    assert [day["local_date"] for day in ledger["sealed"]] == ["2026-11-02"]
    other = changed(made, "ledger.json", lambda text: text.replace("cli:test", "cli:best"), cover=True)
    assert {one[0::2] for one in where(other)} == {("ledger.json", "hash")}


def test_a_week_that_nobody_judged_and_a_worker_that_there_is_not(
    conn: Connection, judged: int, tmp_path: Path
) -> None:
    with (tmp_path / "x").open("wb") as file:
        wrong = (("W1", "2026-W01", NotFound), ("W9", WEEK, NotFound), ("W1", "x", BadInput))
        for code, week, error in wrong:
            with pytest.raises(error):
                write_evidence(conn, code, week, file, now=clock.now(), looker=LOOKER, hidden=())


@st.composite
def weeks(draw: st.DrawFn) -> list[Fixes]:
    """Draw walks of a week: inside, outside and across the border, with bad, doubled and wild fixes."""
    walks = []
    for day in draw(st.lists(st.integers(0, 6), min_size=0, max_size=4, unique=True)):
        seed = draw(st.integers(0, 2**32 - 1))
        rng = np.random.default_rng(seed)
        start = at(MONDAY + timedelta(days=day), draw(st.integers(0, 23)), draw(st.integers(0, 59)))
        place = (INSIDE[0] + rng.normal(0, 0.002), INSIDE[1] + rng.normal(0, 0.001))
        walk = stroll(start, draw(st.integers(1, 30)) * 120, place, seed=seed, accuracy_m=rng.uniform(2, 60))
        walk = walk.take(np.flatnonzero(rng.random(len(walk)) < rng.uniform(0.3, 1)))
        if not len(walk):
            continue
        wild = rng.random(len(walk)) < 0.03
        walk.lon[wild] += rng.normal(0, 1, wild.sum())
        walk.mock[rng.random(len(walk)) < 0.02] = True
        walk.accuracy_m[rng.random(len(walk)) < 0.05] = np.nan
        walks.append(walk)
    return walks


def test_any_week_comes_out_the_same_and_one_changed_fix_does_not(conn: Connection, tmp_path: Path) -> None:
    publish(conn)
    codes = (f"R{n}" for n in range(1000))

    @settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(weeks(), st.sampled_from(available()))
    def holds(walks: list[Fixes], profile: str) -> None:
        code = next(codes)
        worker = hire(conn, code)
        if walks:
            record(conn, worker, *walks)
        judge(conn, profile, workers=[code])
        path = bundle(conn, tmp_path / "week.zip", code)
        assert verify(path).differences == []
        if walks:
            moved = changed(path, "fixes.csv", _moved, cover=True)
            found = verify(moved).differences
            assert "input_digest" in {one.what for one in found}

    holds()


def _moved(table: str) -> str:
    """Move the fix in the middle by a metre."""
    lines = table.splitlines()
    n = (len(lines) + 1) // 2
    cells = lines[n].split(",")
    cells[2] = repr(float(cells[2]) + 1e-5)
    lines[n] = ",".join(cells)
    return "\n".join(lines) + "\n"


def test_it_is_handed_out_to_whom_tracks_are_shown_and_every_time_is_in_the_ledger(
    client: TestClient, anonymous: TestClient, conn: Connection, judged: int, tmp_path: Path
) -> None:
    address = f"/api/workers/W1/weeks/{WEEK}/evidence"
    answer = client.get(address, params={"reason": "复核"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["cache-control"] == "no-store"
    assert "W1-2026-W45.zip" in answer.headers["content-disposition"]
    path = tmp_path / "handed-out.zip"
    path.write_bytes(answer.content)
    report = verify(path)
    assert report.differences == []
    with zipfile.ZipFile(path) as archive:
        assert set(archive.namelist()) == {*MEMBERS, MANIFEST}
        words = archive.read(README).decode("utf-8-sig")
    assert "证据包" in words
    assert "Evidence of the week" in words
    look, export = entries(conn)
    assert (look["action"], look["subject"]) == ("look_at_track", "worker:W1")
    assert look["detail"] == {"from": "2026-11-02", "to": "2026-11-08", "reason": "复核"}
    assert (export["action"], export["detail"]["sha256"]) == ("export", report.manifest_sha256)
    anonymous.cookies.set(COOKIE, signed_in(conn, "own", [(Role.WORKER, None)], worker="W1"))
    path.write_bytes(anonymous.get(address).content)
    assert verify(path).differences == []
    assert [entry["detail"].get("own") for entry in entries(conn)[2:]] == [True, True]
    assert anonymous.get(f"/api/workers/W2/weeks/{WEEK}/evidence").status_code == 404
    for role, status in ((Role.ADMIN, 403), (Role.PLANNER, 403), (Role.CONSUMER, 403), (Role.COMMANDER, 200)):
        anonymous.cookies.set(COOKIE, signed_in(conn, f"a-{role}", [(role, None)]))
        assert anonymous.get(address).status_code == status
    assert len(entries(conn)) == 6


def entries(conn: Connection) -> list[dict[str, Any]]:
    found = conn.exec_driver_sql(
        "SELECT * FROM ledger WHERE action IN ('look_at_track', 'export') ORDER BY id"
    )
    return [dict(row) for row in found.mappings()]
