"""Asks the running service for what its own page asks for, as a browser would."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import urljoin
from urllib.request import ProxyHandler, build_opener

from gis_grid.kit.errors import GisGridError

if TYPE_CHECKING:
    from collections.abc import Iterator

_TIMEOUT_S = 60


def fetch_own_pages(url: str) -> Iterator[str]:
    """Fetch the map page with its assets, the data behind it and the reports; yield a line for each.

    Raises
    ------
    GisGridError
        When one of them is not served, or is empty.
    """
    page = _fetch(url)
    assets = sorted(set(re.findall(rb'(?:src|href)="(\.?/?assets/[^"]+)"', page)))
    if not assets:
        raise GisGridError("The map page is not whole", f"{url} names no script and no style")
    for name in assets:
        _fetch(urljoin(url, name.decode()))
    yield f"{url}  map page with {len(assets)} assets"
    for path in ("api/areas", "api/grids", "api/incidents"):
        features = json.loads(_fetch(url + path))["features"]
        if not features:
            raise GisGridError("The sample town is not served", f"{url}{path} has no feature")
        yield f"{url}{path}  {len(features)} features"
    for path in ("reports/", "reports/hazards", "reports/visits"):
        yield f"{url}{path}  {len(_fetch(url + path)):,} bytes"


def _fetch(url: str) -> bytes:
    opener = build_opener(ProxyHandler({}))  # a proxy of the environment is not for loopback
    try:
        with opener.open(url, timeout=_TIMEOUT_S) as answer:
            body: bytes = answer.read()
    except HTTPError as error:
        raise GisGridError("A page of the program is not served", f"{url}: {error.code}") from error
    if not body:
        raise GisGridError("A page of the program is empty", url)
    return body
