"""The scripts and styles that a report may load: ours, by name, and what they stand in for."""

from __future__ import annotations

import base64
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gis_grid.kit.errors import GisGridError, NotFound
from gis_grid.kit.revision import strong_tag

_FOLDER = Path(__file__).parent / "assets"
_STYLE_URL = re.compile(r"url\(\s*['\"]?([^'\")]*)['\"]?\s*\)")
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)


class UnknownAddress(GisGridError):
    """Something would be loaded from an address that no file of ours stands in for."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of ours.

    Parameters
    ----------
    name
        Path under ``/reports/assets/``.
    etag
        Digest of the content, as the header writes it.
    """

    name: str
    media_type: str
    content: bytes
    etag: str

    @property
    def text(self) -> str:
        """The content as text, on its own: a source map is a file beside it, so its mention goes."""
        return _SOURCE_MAP.sub("", self.content.decode("utf-8")).replace("\r\n", "\n").strip()


@dataclass(frozen=True, slots=True)
class _Manifest:
    replaced: dict[str, str]
    left_out: dict[str, str]
    served: dict[str, str]


def get_asset(name: str) -> Asset:
    """Return a file that may be served.

    Raises
    ------
    NotFound
        When the manifest does not list it.
    """
    media_type = _manifest().served.get(name)
    if media_type is None:
        raise NotFound("No such file", f"the reports have no {name!r}")
    return _read(name, media_type)


def stand_in(address: str) -> Asset | None:
    """Return our file for an address that Folium links; ``None`` when a report does without it.

    Raises
    ------
    UnknownAddress
        When the manifest does not list the address: a report is rather not made than made to reach out.
    """
    manifest = _manifest()
    if address in manifest.left_out:
        return None
    if address not in manifest.replaced:
        raise UnknownAddress("A report links to another host", f"no file of ours stands in for {address}")
    return get_asset(manifest.replaced[address])


def style_on_its_own(asset: Asset) -> str:
    """Return a style sheet's text with its images inside it.

    Raises
    ------
    UnknownAddress
        When it names an image that is no file of ours.
    """
    return _STYLE_URL.sub(lambda found: f"url({_as_data(asset, found[1])})", asset.text)


def _as_data(style: Asset, address: str) -> str:
    if address.startswith(("#", "data:")):
        return address
    name = f"{style.name.rpartition('/')[0]}/{address}"
    if name not in _manifest().served:
        raise UnknownAddress("A style links to what is not ours", f"{style.name}: {address}")
    image = get_asset(name)
    return f"data:{image.media_type};base64,{base64.b64encode(image.content).decode()}"


@cache
def _manifest() -> _Manifest:
    return _Manifest(**tomllib.loads((_FOLDER / "manifest.toml").read_text("utf-8")))


@cache
def _read(name: str, media_type: str) -> Asset:
    content = (_FOLDER / name).read_bytes()
    return Asset(name, media_type, content, strong_tag(content))
