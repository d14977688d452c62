"""Judging from PostGIS: what is stored, and only that, decides; news makes a revision."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import shapely
from sqlalchemy import text
from walking_ground import (
    INSIDE,
    MONDAY,
    OUTSIDE,
    SHANGHAI,
    after_the_week,
    at,
    hire,
    publish,
    record,
    straight,
    stroll,
)

from gis_grid.core import Fixes
from gis_grid.kit.errors import BadInput, NotFound
from gis_grid.patrols import revisions, service
from gis_grid.tracks import service as tracks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Connection, RowMapping

    from gis_grid.patrols.run import JudgeSummary

SUNDAY = MONDAY + timedelta(days=6)
NOW = after_the_week()


def judge(conn: Connection, **options: Any) -> JudgeSummary:
    return service.judge(conn, **{"start": MONDAY, "end": SUNDAY, "tz": SHANGHAI, "now": NOW, **options})


def rows(conn: Connection, table: str, order: str = "1, 2") -> Sequence[RowMapping]:
    return conn.execute(text(f"SELECT * FROM {table} ORDER BY {order}")).mappings().all()


def two_hours(day: int, seed: int = 0, place: tuple[float, float] = INSIDE) -> Fixes:
    return stroll(at(MONDAY + timedelta(days=day), 9), 7200, place, seed=seed or day + 1)


@pytest.fixture
def worker(conn: Connection) -> int:
    publish(conn)
    return hire(conn)


def test_five_days_of_two_hours_meet_the_day_and_the_week(conn: Connection, worker: int) -> None:
    record(conn, worker, *(two_hours(day) for day in range(5)))
    summary = judge(conn)

    assert (summary.weeks, summary.written, summary.unchanged) == (["2026-W45"], 1, 0)
    days = rows(conn, "day_verdict")
    assert [day["best_s"] for day in days] == [7200.0] * 5 + [0.0] * 2
    outcomes = [{v["rule"]: v["outcome"] for v in day["verdicts"]} for day in days]
    # Without an afternoon's patrol, and without a list of key places.
    assert outcomes == [{"BASE-3": "met", "XY-1": "short", "XY-3": "review"}] * 5 + [{}] * 2
    (week,) = rows(conn, "week_verdict")
    assert (week["best_s"], week["unknown_s"]) == (36000.0, 0.0)
    found = [(v["rule"], v["outcome"], v["unit"]) for v in week["verdicts"]]
    assert found == [("BASE-4", "met", "s"), ("XY-4", "short", "s")]
    patrols = rows(conn, "patrol")
    assert [patrol["verdicts"][0]["outcome"] for patrol in patrols] == ["met"] * 5
    (head,) = rows(conn, "judgement")
    assert head["profiles"] == [
        {"name": "base", "version": "1"},
        {"name": "xiangyang", "version": "1"},
    ]
    assert not head["provisional"]


def test_time_outside_the_grid_does_not_count(conn: Connection, worker: int) -> None:
    record(conn, worker, two_hours(0, place=OUTSIDE))
    judge(conn)
    monday = rows(conn, "day_verdict")[0]
    assert (monday["best_s"], monday["upper_s"], monday["known_s"]) == (0.0, 0.0, 7200.0)
    assert monday["verdicts"][0]["outcome"] == "short"
    assert monday["intervals"] == []


def test_judging_again_without_news_writes_nothing(conn: Connection, worker: int) -> None:
    record(conn, worker, two_hours(0))
    judge(conn)
    record(conn, worker, two_hours(0))
    again = judge(conn, now=NOW + timedelta(days=1))
    assert (again.written, again.unchanged) == (0, 1)
    assert len(rows(conn, "judgement")) == 1


def test_late_fixes_make_a_second_revision_and_keep_the_first(conn: Connection, worker: int) -> None:
    walk = two_hours(0)
    record(conn, worker, walk.take(slice(None, 400)), received_at=at(MONDAY, 11))
    tracks_of_the_rest = walk.take(slice(400, None))
    judge(conn)
    device = tracks.ensure_device(conn, f"phone-{worker}", worker)
    tracks.store_fixes(conn, worker, device, tracks_of_the_rest, NOW)
    tracks.sign_in(conn, worker, [(at(MONDAY, 10, 6) + timedelta(seconds=30), at(MONDAY, 11))])
    summary = judge(conn)

    assert (summary.written, summary.unchanged) == (1, 0)
    first, second = revisions.revisions_of(conn, "W1", "2026-W45").revisions
    assert (first.revision, second.revision) == (1, 2)
    assert first.best_s < second.best_s
    assert first.input_digest != second.input_digest
    assert len(rows(conn, "day_verdict")) == 14
    assert first.changes == []
    changed = {(change.rule, change.date): (change.before, change.after) for change in second.changes}
    assert changed[("BASE-3", MONDAY)] == ("short", "met")
    assert changed[("BASE-4", None)] == ("short", "short")
    assert changed[("XY-2", MONDAY)] == (None, "short")
    assert len(changed) == 3


def test_the_order_of_arrival_does_not_show_in_the_digests(conn: Connection, worker: int) -> None:
    publish(conn, "G2", shapely.box(116.304, 39.900, 116.308, 39.903))
    other = hire(conn, "W2", grid=None)
    conn.execute(
        text(
            "INSERT INTO assignment (worker_id, grid_id, valid)"
            " SELECT :worker, grid_id, valid FROM assignment WHERE worker_id = :like"
        ),
        {"worker": other, "like": worker},
    )
    walk = two_hours(0)
    conflict = Fixes.of(walk.t_ms[100:101], [OUTSIDE[0]], [OUTSIDE[1]], accuracy_m=[5])
    parts = [walk.take(slice(None, 300)), walk.take(slice(300, None)), conflict]
    for worker_id, order in ((worker, parts), (other, parts[::-1])):
        tracks.sign_in(conn, worker_id, [(at(MONDAY, 9), at(MONDAY, 11))])
        device = tracks.ensure_device(conn, f"phone-{worker_id}", worker_id)
        for part in order:
            tracks.store_fixes(conn, worker_id, device, part, NOW)
    judge(conn)
    first, second = rows(conn, "judgement", "worker_id")
    assert first["input_digest"] == second["input_digest"]
    assert first["flags"] == second["flags"]
    assert first["flags"]["conflict"] == 1


def test_a_boundary_replaced_at_noon_judges_each_half_by_its_own(conn: Connection) -> None:
    publish(conn)
    worker = hire(conn)
    publish(conn, "G1", shapely.box(116.300, 39.900, 116.301, 39.903), valid_from=at(MONDAY, 12))
    record(conn, worker, stroll(at(MONDAY, 11), 7200))
    judge(conn)
    monday = rows(conn, "day_verdict")[0]
    assert monday["best_s"] == 3600.0
    assert monday["intervals"] == [["2026-11-02T03:00:00.000Z", "2026-11-02T04:00:00.000Z"]]
    assert len(rows(conn, "judgement")[0]["boundary_ids"]) == 2


def test_a_walk_that_crosses_the_border_twice_counts_both_parts_inside(conn: Connection, worker: int) -> None:
    record(conn, worker, straight(at(MONDAY, 9), 3600, (116.298, 39.9015), (116.306, 39.9015)))
    judge(conn)
    assert rows(conn, "day_verdict")[0]["best_s"] == 1800.0


def test_a_patrol_over_the_night_of_sunday_belongs_to_sunday_and_its_time_to_each_day(
    conn: Connection, worker: int
) -> None:
    record(conn, worker, stroll(at(SUNDAY, 23), 7200))
    judge(conn, end=SUNDAY + timedelta(days=1), now=after_the_week(MONDAY + timedelta(days=7)))
    (patrol,) = rows(conn, "patrol")
    assert (patrol["local_date"], patrol["best_s"]) == (SUNDAY, 7200.0)
    found = {day["local_date"]: day["best_s"] for day in rows(conn, "day_verdict")}
    assert found[SUNDAY] == 3600.0
    assert found[SUNDAY + timedelta(days=1)] == 3600.0


def test_a_patrol_over_the_night_is_judged_by_the_boundary_that_begins_at_midnight(conn: Connection) -> None:
    publish(conn)
    worker = hire(conn)
    publish(conn, "G1", shapely.box(116.300, 39.900, 116.303, 39.903), at(SUNDAY + timedelta(days=1), 0))
    record(conn, worker, stroll(at(SUNDAY, 23), 7200))
    judge(conn)
    (patrol,) = rows(conn, "patrol")
    assert patrol["best_s"] == 7200.0
    assert len(rows(conn, "judgement")[0]["boundary_ids"]) == 2


def test_days_that_have_not_begun_are_not_judged_and_the_week_is_provisional(
    conn: Connection, worker: int
) -> None:
    record(conn, worker, two_hours(0))
    judge(conn, end=MONDAY + timedelta(days=60), now=at(MONDAY + timedelta(days=1), 12))
    assert [day["local_date"] for day in rows(conn, "day_verdict")] == [
        MONDAY,
        MONDAY + timedelta(days=1),
    ]
    (head,) = rows(conn, "judgement")
    assert head["provisional"]
    assert rows(conn, "week_verdict")[0]["verdicts"][0]["outcome"] == "review"
    judge(conn)
    assert [head["provisional"] for head in rows(conn, "judgement", "revision")] == [True, False]


def test_a_worker_without_a_grid_is_told_of_and_not_skipped_in_silence(conn: Connection, worker: int) -> None:
    lost = hire(conn, "lost", grid=None)
    record(conn, lost, two_hours(0))
    summary = judge(conn)
    assert summary.without_grid == [("lost", "2026-W45")]
    assert summary.written == 1


def test_days_before_the_worker_had_a_grid_are_not_judged(conn: Connection) -> None:
    publish(conn)
    hire(conn, since=at(MONDAY + timedelta(days=3), 0))
    judge(conn)
    assert len(rows(conn, "day_verdict")) == 4
    assert rows(conn, "week_verdict")[0]["verdicts"][0]["outcome"] == "review"


def test_time_between_two_recordings_is_unknown_and_never_bridged(conn: Connection, worker: int) -> None:
    walk = two_hours(0)
    parts = Fixes(
        **{name: getattr(walk, name) for name in Fixes.__dataclass_fields__ if name != "segment"},
        segment=(walk.t_ms >= walk.t_ms[360]).astype("int32"),
    )
    record(conn, worker, parts)
    judge(conn)
    monday = rows(conn, "day_verdict")[0]
    assert (monday["known_s"], monday["unknown_s"]) == (7190.0, 10.0)


def test_a_copied_track_is_a_sign_of_the_later_day_with_its_numbers(conn: Connection, worker: int) -> None:
    publish(conn, "G2", shapely.box(116.304, 39.900, 116.308, 39.903))
    cheat = hire(conn, "W2", "G2")
    walk = two_hours(0)
    again = Fixes.of(walk.t_ms + 3 * 86_400_000, walk.lon, walk.lat, accuracy_m=walk.accuracy_m)
    record(conn, worker, walk, two_hours(1))
    record(conn, cheat, again, device="cheat")
    judge(conn)
    found = [row for row in rows(conn, "integrity_sign") if row["kind"] == "copied"]
    (sign,) = found
    assert sign["local_date"] == MONDAY + timedelta(days=3)
    assert sign["numbers"]["other_worker"] == "W1"
    assert sign["numbers"]["other_date"] == "2026-11-02"
    assert sign["numbers"]["offset_s"] == 3 * 86_400
    assert "W1" in sign["en"]


def test_judging_one_worker_compares_with_everyone(conn: Connection, worker: int) -> None:
    hire(conn, "W2", None)
    record(conn, worker, two_hours(0))
    judge(conn)
    assert judge(conn, workers=["W1"]).unchanged == 1


def test_progress_reaches_the_total(conn: Connection, worker: int) -> None:
    told: list[tuple[int, int, int]] = []
    judge(conn, end=SUNDAY + timedelta(days=1), progress=lambda *news: told.append(news))
    assert sum(done for done, _, _ in told) == told[0][1] == 2


def test_an_unknown_worker_or_profile_or_an_upside_down_period_is_told_of(
    conn: Connection, worker: int
) -> None:
    with pytest.raises(NotFound, match="nobody"):
        judge(conn, workers=["nobody"])
    with pytest.raises(BadInput, match="there are: base, fengmao"):
        judge(conn, profile_names=["nothing"])
    with pytest.raises(BadInput, match="ends before it starts"):
        judge(conn, start=SUNDAY, end=MONDAY)


def test_rules_for_an_area_that_there_is_not_are_refused_by_file_line_and_code(
    conn: Connection, worker: int, tmp_path: Path
) -> None:
    area = conn.execute(text("SELECT min(code) FROM area")).scalar_one()
    rules = tmp_path / "rules.toml"
    changed = '[[areas]]\narea = "{}"\nrules."BASE-3".at_least = {{ value = 1, unit = "h" }}\n'
    rules.write_text(changed.format(area) + changed.format("999999"), encoding="utf-8")
    record(conn, worker, two_hours(0))
    with pytest.raises(BadInput, match=r"rules\.toml:5: .*there is no area '999999'"):
        judge(conn, rules_file=rules)
    assert rows(conn, "judgement") == []
    rules.write_text(changed.format(area), encoding="utf-8")
    assert judge(conn, rules_file=rules).written == 1
