"""The GDAL of the system (Debian's 3.6) reads the town: layers, all pages, a box, an attribute, tiles."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import pytest
from gdal_commands import read, run

if TYPE_CHECKING:
    from pathlib import Path

    from served_town import Town

BOX: Final = (112.19, 31.945, 112.195, 31.95)


def test_it_lists_the_collections(town: Town) -> None:
    said = run(town, "ogrinfo", "-ro", f"OAPIF:{town.ogc}")
    assert re.findall(r"^\d+: (\w+)", said, re.MULTILINE) == town.collections()


def test_it_counts_and_reads_each_to_the_end(town: Town) -> None:
    for name in town.collections():
        features = town.features(name)
        said = run(town, "ogrinfo", "-ro", "-so", f"OAPIF:{town.ogc}", name)
        assert f"Feature Count: {len(features)}" in said, name
        found = read(town, f"OAPIF:{town.ogc}", name, "-oo", "PAGE_SIZE=100", "-preserve_fid")
        assert len(found) == len(features), name
        assert [one["geometry"] and one["geometry"]["type"] for one in found] == [
            one["geometry"] and one["geometry"]["type"] for one in features
        ], name


def test_it_reads_every_kind_of_geometry(town: Town) -> None:
    said = run(town, "ogrinfo", "-ro", f"OAPIF:{town.ogc}")
    kinds = dict(
        re.findall(r"^\d+: (\w+) .*\((Multi Polygon|Polygon|Multi Line String|Point)\)$", said, re.MULTILINE)
    )
    assert kinds["areas"] == kinds["grids"] == "Multi Polygon"
    assert kinds["buildings"] == "Polygon"
    assert kinds["roads"] == "Multi Line String"
    assert kinds["hazards"] == "Point"
    assert "patrols" not in kinds  # they tell no position


def test_it_asks_for_a_box(town: Town) -> None:
    found = read(town, f"OAPIF:{town.ogc}", "buildings", "-spat", *map(str, BOX))
    wanted = town.features("buildings", bbox=",".join(map(str, BOX)))
    assert len(found) == len(wanted) > 0


def test_it_filters_by_an_attribute_and_by_a_time(town: Town) -> None:
    found = read(town, f"OAPIF:{town.ogc}", "hazards", "-where", "state_kind = 'closed'")
    wanted = town.features("hazards", filter="state_kind = 'closed'")
    assert (
        {one["properties"]["code"] for one in found} == {one["properties"]["code"] for one in wanted} != set()
    )
    since = "2026-11-05T00:00:00Z"
    late = read(town, f"OAPIF:{town.ogc}", "hazards", "-where", f"reported_at >= '{since}'")
    assert len(late) == len(town.features("hazards", datetime=f"{since}/..")) > 0


def test_the_token_may_stand_in_a_file(town: Town, tmp_path: Path) -> None:
    headers = tmp_path / "headers"
    headers.write_text(f"{town.header}\n")
    environment = ["env", "-u", "GDAL_HTTP_HEADERS", f"GDAL_HTTP_HEADER_FILE={headers}"]
    said = run(town, *environment, "ogrinfo", "-ro", "-so", f"OAPIF:{town.ogc}", "grids")
    assert f"Feature Count: {len(town.features('grids'))}" in said


@pytest.mark.parametrize("name", ["areas", "grids", "buildings", "roads", "hazards"])
def test_a_tile_holds_the_items(town: Town, tmp_path: Path, name: str) -> None:
    tile = tmp_path / "tile.pbf"
    tile.write_bytes(town.get(f"/collections/{name}/tiles/WebMercatorQuad/16/26624/53192").content)
    where = ("-oo", "Z=16", "-oo", "X=53192", "-oo", "Y=26624", "-t_srs", "EPSG:4326")
    found = read(town, f"MVT:{tile}", *where, name)
    items = {one["id"]: one["properties"] for one in town.features(name)}
    assert found
    for one in found:
        drawn = dict(one["properties"])
        fid = int(drawn.pop("mvt_id", one.get("id")))
        assert fid in items, (name, drawn)
        shared = set(drawn) & set(items[fid])
        assert shared, (drawn, items[fid])
        for key in shared:
            assert plain(drawn[key]) == plain(items[fid][key]), (name, fid, key)


def codes(features: list[dict[str, Any]]) -> set[str]:
    """Return the codes of features."""
    return {one["properties"]["code"] for one in features}


def plain(value: object) -> str:
    """Return a value as text, as tiles hold less kinds of it than JSON."""
    whole = isinstance(value, bool) or (isinstance(value, float) and value.is_integer())
    return json.dumps(int(value) if whole else value)  # type: ignore[call-overload]
