"""Where the files beside the code are: in a checkout at its top, in a wheel inside the package."""

from __future__ import annotations

from pathlib import Path

from gis_grid.kit.errors import NotReady

_PACKAGE = Path(__file__).resolve().parent.parent
_BUNDLED = _PACKAGE / "_bundled"


def folder(name: str) -> Path:
    """Return the folder of an asset: ``migrations``, ``tiles``, ``web`` or ``sample_geojson``.

    ``web`` is the folder of built pages (``web/dist`` in a checkout).

    Raises
    ------
    NotReady
        When the folder is not there, with what to do about it.
    """
    bundled = _BUNDLED / name
    if bundled.is_dir():
        return bundled
    checkout = _PACKAGE.parent / ("web/dist" if name == "web" else name)
    if checkout.is_dir():
        return checkout
    hint = "run `make web` to build the pages" if name == "web" else "the installation is not complete"
    raise NotReady("Files are missing", f"no folder {checkout}; {hint}")
