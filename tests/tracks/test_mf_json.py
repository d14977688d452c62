"""MF-JSON: the standard's own examples, what MobilityDB and movingpandas write, and what is no track."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from gis_grid.core import BadTrack, Fixes
from gis_grid.tracks.decoders import RowProblem, TrackBlock, decode, geojson

if TYPE_CHECKING:
    from collections.abc import Iterator

EIGHT = 1793577600000  # 2026-11-02 08:00 in Shanghai
TIMES = ["2026-11-02T08:00:00+08:00", "2026-11-02T08:00:10+08:00", "2026-11-02T08:00:20+08:00"]
PLACES = [[116.3, 39.9], [116.4, 39.8], [116.5, 39.7]]
CRS84 = {"type": "Name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}


def blocks_of(thing: Any, name: str = "walk.json") -> list[TrackBlock]:
    return list(decode(name, json.dumps(thing)))


def fixes_of(thing: Any, name: str = "walk.json") -> Fixes:
    blocks = blocks_of(thing, name)
    assert [problem for block in blocks for problem in block.problems] == []
    return Fixes.concat([block.fixes for block in blocks])


def problem_of(thing: Any) -> RowProblem:
    (problem,) = [problem for block in blocks_of(thing) for problem in block.problems]
    return problem


def moving(**more: Any) -> dict[str, Any]:
    point = {"type": "MovingPoint", "datetimes": TIMES, "coordinates": PLACES, **more}
    return {"type": "Feature", "temporalGeometry": point, "properties": {}}


def test_a_trajectory_is_a_line_with_parallel_datetimes() -> None:
    # As in annex B of OGC 19-045r3: two lines of a collection, values of other lengths beside them.
    def line(times: list[str], places: list[list[float]]) -> dict[str, Any]:
        return {
            "type": "Feature",
            "id": "A",
            "geometry": {"type": "LineString", "coordinates": places},
            "properties": {"datetimes": times, "state": ["walking", "walking"], "typecode": [1, 2]},
        }

    first = line(
        ["2012-01-17T12:33:51Z", "2012-01-17T12:33:56Z", "2012-01-17T12:34:00Z"],
        [[11.0, 2.0], [12.0, 3.0], [10.0, 3.0]],
    )
    second = line(["2012-01-17T12:33:51Z", "2012-01-17T12:34:00Z"], [[10.0, 2.0], [11.0, 3.0]])
    fixes = fixes_of({"type": "FeatureCollection", "features": [first, second]})
    assert (fixes.t_ms - 1326803631000).tolist() == [0, 5000, 9000, 0, 9000]
    assert fixes.lon.tolist() == [11, 12, 10, 10, 11]
    assert fixes.segment.tolist() == [1, 1, 1, 2, 2]


def test_a_prism_is_read_by_its_temporal_geometry() -> None:
    feature = moving(
        coordinates=[[*place, height] for place, height in zip(PLACES, (0.5, 2.0, 4.0), strict=True)],
        interpolation="Linear",
    )
    feature |= {"crs": CRS84, "geometry": {"type": "LineString", "coordinates": PLACES}, "id": "A"}
    feature["properties"] = {"name": "car1", "worker": "W1"}
    (block,) = blocks_of(feature)
    assert block.fixes.t_ms.tolist() == [EIGHT, EIGHT + 10_000, EIGHT + 20_000]
    assert (block.fixes.lon.tolist(), block.fixes.lat.tolist()) == ([116.3, 116.4, 116.5], [39.9, 39.8, 39.7])
    assert block.fixes.altitude_m.tolist() == [0.5, 2.0, 4.0]
    assert block.fixes.segment.tolist() == [1, 1, 1]
    assert block.workers is not None
    assert block.workers.tolist() == ["W1"] * 3


def test_times_may_be_milliseconds() -> None:
    assert fixes_of(moving(datetimes=[EIGHT, EIGHT + 1, EIGHT + 2])).t_ms.tolist() == [
        EIGHT,
        EIGHT + 1,
        EIGHT + 2,
    ]


@pytest.mark.parametrize("word", ["Linear", "Quadratic", "Cubic", None])
def test_a_curve_between_positions_is_one_recording(word: str | None) -> None:
    assert fixes_of(moving(**({} if word is None else {"interpolation": word}))).segment.tolist() == [1, 1, 1]


@pytest.mark.parametrize("word", ["Discrete", "Step", "Stepwise", "None", "https://example.org/curve"])
def test_nothing_is_bridged_where_the_file_says_that_nothing_is_known(word: str) -> None:
    assert fixes_of(moving(interpolation=word)).segment.tolist() == [1, 2, 3]


def test_members_of_a_collection_are_recordings_of_their_own() -> None:
    member = moving()["temporalGeometry"]
    both = {"type": "MovingGeometryCollection", "prisms": [member, member]}
    feature = {"type": "Feature", "temporalGeometry": both, "properties": None}
    assert (
        fixes_of({"type": "FeatureCollection", "features": [feature]}).segment.tolist() == [1] * 3 + [2] * 3
    )


# Written by MEOS 1.3 (as_mfjson), which is what MobilityDB's asMFJSON writes.
MEOS_SEQUENCES = """{"type":"MovingPoint","crs":{"type":"Name","properties":{"name":"EPSG:4326"}},
"bbox":[[1,1],[3,3]],"period":{"begin":"2000-01-01T00:00:00+00","end":"2000-01-04T00:00:00+00",
"lower_inc":true,"upper_inc":true},"sequences":[{"coordinates":[[1,1],[2,2]],"datetimes":
["2000-01-01T00:00:00+00","2000-01-02T00:00:00+00"],"lower_inc":true,"upper_inc":true},{"coordinates":
[[3,3],[2,2]],"datetimes":["2000-01-03T00:00:00.5+00","2000-01-04T00:00:00+00"],"lower_inc":true,
"upper_inc":true}],"interpolation":"Linear"}"""
MEOS_INSTANT = """{"type":"MovingPoint","crs":{"type":"Name","properties":{"name":"EPSG:4326"}},"coordinates":
[[1,1]],"datetimes":["2000-01-01T00:00:00+00"],"interpolation":"None"}"""


def test_sequences_of_mobilitydb_are_not_bridged() -> None:
    fixes = fixes_of(json.loads(MEOS_SEQUENCES), "from-the-database")
    assert fixes.lon.tolist() == [1, 2, 3, 2]
    assert fixes.segment.tolist() == [1, 1, 2, 2]
    assert int(fixes.t_ms[2]) == 946_857_600_500


def test_an_instant_of_mobilitydb_is_a_fix() -> None:
    assert len(fixes_of(json.loads(MEOS_INSTANT))) == 1


def test_readings_at_the_same_times_are_taken_in_our_units_only() -> None:
    feature = moving()
    feature["temporalProperties"] = [
        {
            "datetimes": TIMES,
            "accuracy": {"type": "Measure", "form": "MTR", "values": [5, 6, 7]},
            "speed": {"type": "Measure", "form": "KMH", "values": [3.6, 3.6, 3.6]},
            "heading": {"values": [90, 91, 92], "interpolation": "Linear"},
        },
        {"datetimes": TIMES[:2], "altitude": {"uom": "m", "values": [1, 2]}},
    ]
    fixes = fixes_of(feature)
    assert fixes.accuracy_m.tolist() == [5, 6, 7]
    assert fixes.heading_deg.tolist() == [90, 91, 92]
    assert all(value != value for value in [*fixes.speed_mps.tolist(), *fixes.altitude_m.tolist()])


@pytest.mark.parametrize(
    ("feature", "field", "value", "expected"),
    [
        (moving(datetimes=TIMES[:2]), "times", "2 times", "one time for each of the line's 3 points"),
        (moving(datetimes=None), "times", "no times", "one time"),
        (moving(type="MovingPolygon"), "temporalGeometry", "MovingPolygon", "a MovingPoint"),
        (moving(sequences=["x"]), "temporalGeometry", "x", "a MovingPoint"),
        (moving(coordinates=[[116.3, 39.9], None, [116.5, 39.7]]), "coordinates", "", "[lon, lat]"),
        (moving(coordinates=[[116.3, 39.9], [39.9, 116.3], [0, 0]]), "lat", "116.3", "swapped"),
    ],
)
def test_what_is_broken_is_told_of_and_the_rest_goes_in(
    feature: dict[str, Any], field: str, value: str, expected: str
) -> None:
    problem = problem_of({"type": "FeatureCollection", "features": [moving(), feature]})
    assert (problem.field, problem.value) == (field, value)
    assert expected in problem.expected
    assert problem.row > 3


def test_another_reference_system_is_refused_with_its_name() -> None:
    crs = {"type": "Name", "properties": {"name": "EPSG:4547"}}
    for thing in (
        moving() | {"crs": crs},
        moving(crs=crs),
        {"type": "FeatureCollection", "crs": crs, "features": [moving()]},
    ):
        with pytest.raises(BadTrack, match="reference system is 'EPSG:4547'; expected longitude"):
            blocks_of(thing)


def test_a_line_without_times_is_refused() -> None:
    line = {"type": "LineString", "coordinates": PLACES}
    with pytest.raises(BadTrack, match="no times"):
        blocks_of({"type": "Feature", "geometry": line, "properties": {}})


def test_times_stand_in_either_place_of_geojson() -> None:
    line = {"type": "LineString", "coordinates": PLACES}
    for properties in ({"times": TIMES}, {"coordinateProperties": {"times": TIMES}}):
        thing = {"type": "Feature", "geometry": line, "properties": properties}
        assert fixes_of(thing).t_ms.tolist() == [EIGHT, EIGHT + 10_000, EIGHT + 20_000]


def test_a_long_line_comes_in_blocks() -> None:
    times = [EIGHT + 1000 * n for n in range(70_000)]
    blocks = blocks_of(moving(datetimes=times, coordinates=[[116.3, 39.9]] * len(times)))
    assert len(blocks) > 1
    assert max(len(block.fixes) for block in blocks) < 68_000
    assert sum(len(block.fixes) for block in blocks) == 70_000
    assert {int(block.fixes.segment.max()) for block in blocks} == {1}


def test_a_feature_of_any_size_is_not_gathered_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geojson, "_MOST_FEATURE_BYTES", 4 << 20)
    given = 0

    def pieces() -> Iterator[bytes]:
        nonlocal given
        yield b'{"type":"Feature","properties":{"note":"'
        while given < 10_000:
            given += 1
            yield b"x" * 65_536

    with pytest.raises(BadTrack, match="longer than 4 MiB"):
        list(decode("walk.json", pieces()))
    assert given < 80
