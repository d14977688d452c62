"""Reference systems that a track may name: longitude and latitude of WGS 84, or of what is the same."""

from __future__ import annotations

import re
from typing import Final

from gis_grid.core.errors import BadTrack

# 4979 is WGS 84 with heights; CGCS2000 (4490, with heights 4480) is WGS 84 to the metre.
_CODES: Final = frozenset(("CRS84", "CRS84H", "4326", "4979", "4490", "4480"))
_CODE: Final = re.compile(r"[A-Za-z0-9]+\Z")


def require_degrees(name: object) -> None:
    """Refuse a file in another reference system.

    Parameters
    ----------
    name
        What the file says: ``EPSG:4326``, ``urn:ogc:def:crs:OGC:1.3:CRS84``, ...

    Raises
    ------
    BadTrack
        With what stands there and what was expected.
    """
    code = _CODE.search(str(name))
    if code is None or code[0].upper() not in _CODES:
        message = (
            f"the file's reference system is {str(name)[:80]!r}; expected longitude and latitude of WGS 84 "
            "(OGC:CRS84, EPSG:4326) or CGCS2000 (EPSG:4490)"
        )
        raise BadTrack(message, field="crs")
