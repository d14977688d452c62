"""What a report may load: our files, and an error for everything else."""

from __future__ import annotations

import folium
import pytest
from folium.plugins import Fullscreen

from gis_grid.kit.errors import NotFound
from gis_grid.reports.assets import UnknownAddress, get_asset, stand_in, style_on_its_own
from gis_grid.reports.drawing import _render, draw
from gis_grid.reports.layers import Layers
from gis_grid.reports.look import Look
from gis_grid.reports.policy import content_security_policy, require_own_addresses


def test_every_address_that_a_report_s_map_links_has_its_file() -> None:
    drawn = draw(Layers({}, [], [(32.0, 118.0, 1.0)], [], {"heat": "热力"}))
    assert [asset.name for asset in drawn.scripts] == ["leaflet/leaflet.js", "leaflet-heat/leaflet-heat.js"]
    assert [asset.name for asset in drawn.styles] == ["leaflet/leaflet.css"]


def test_an_address_without_a_file_of_ours_is_an_error() -> None:
    with pytest.raises(UnknownAddress, match="example"):
        stand_in("https://cdn.example/leaflet.js")
    map_ = folium.Map(tiles=None)
    Fullscreen().add_to(map_)
    with pytest.raises(UnknownAddress, match="fullscreen"):
        _render(map_)


def test_only_listed_files_are_served() -> None:
    for name in ("manifest.toml", "README.md", "../service.py", "leaflet/LICENSE", ""):
        with pytest.raises(NotFound):
            get_asset(name)


def test_a_style_on_its_own_carries_its_images() -> None:
    style = style_on_its_own(get_asset("leaflet/leaflet.css"))
    assert style.count("url(data:image/png;base64,") == 3
    assert "url(images" not in style


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="https://cdn.example/x.js"></script>',
        '<img src="//cdn.example/x.png">',
        '<link rel="stylesheet" href="HTTP://cdn.example/x.css">',
        '<a href="https://example.com">x</a>',
        '<img srcset="a.png 1x, https://cdn.example/b.png 2x">',
        "<style>body { background: url( 'https://cdn.example/x.png') }</style>",
        '<p style="background:url(//cdn.example/x.png)">x</p>',
        '<form action="\\\\cdn.example/x"></form>',
    ],
)
def test_a_page_that_reaches_out_does_not_leave(markup: str) -> None:
    with pytest.raises(UnknownAddress):
        require_own_addresses(f"<!DOCTYPE html><html><body>{markup}</body></html>")


def test_a_page_may_speak_of_addresses_and_carry_data() -> None:
    require_own_addresses(
        '<p>see https://example.com</p><img src="data:image/png;base64,AA//"><a href="./?a=1">'
    )


def test_the_policy_of_a_page_on_its_own_loads_nothing() -> None:
    policy = content_security_policy(scripts=["a"], styles=["b"], look=Look(on_its_own=True))
    assert "'self'" not in policy
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
