"""Asks the running service for what its own page asks for, as a browser would: signed in by a link."""

from __future__ import annotations

import json
import re
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from gis_grid.accounts.http import COOKIE
from gis_grid.kit.errors import GisGridError

if TYPE_CHECKING:
    from collections.abc import Iterator

_TIMEOUT_S = 60
_JSON: Final = {"Content-Type": "application/json"}


def fetch_own_pages(url: str, link_secret: str) -> Iterator[str]:
    """Sign in, fetch the map page with its assets, the data behind it and the reports; yield a line for each.

    Parameters
    ----------
    link_secret
        Of a link that signs in one who may see the map, incidents and reports.

    Raises
    ------
    GisGridError
        When one of them is not served, or is empty, or is served to one who is not signed in.
    """
    visitor = _Visitor(url)
    page = visitor.fetch(url)
    assets = sorted(set(re.findall(rb'(?:src|href)="(\.?/?assets/[^"]+)"', page)))
    if not assets:
        raise GisGridError("The map page is not whole", f"{url} names no script and no style")
    for name in assets:
        visitor.fetch(urljoin(url, name.decode()))
    yield f"{url}  map page with {len(assets)} assets"
    closed = url + "api/grids"
    if (status := visitor.ask("GET", closed)[0]) != HTTPStatus.UNAUTHORIZED:
        raise GisGridError("The program is open to everybody", f"{closed}: {status} and not 401")
    yield f"{closed}  401 to one who is not signed in"
    visitor.sign_in(url + "api/session/link", link_secret)
    for path in ("api/areas", "api/grids", "api/incidents"):
        features = json.loads(visitor.fetch(url + path))["features"]
        if not features:
            raise GisGridError("The sample town is not served", f"{url}{path} has no feature")
        yield f"{url}{path}  {len(features)} features"
    for path in ("reports/", "reports/hazards", "reports/visits"):
        yield f"{url}{path}  {len(visitor.fetch(url + path)):,} bytes"


class _Visitor:
    """One who asks for pages. Keeps the cookie by hand: Python's jar sends no secure one to loopback."""

    def __init__(self, url: str) -> None:
        self._host = urlsplit(url).netloc
        self._headers: dict[str, str] = {}

    def sign_in(self, url: str, link_secret: str) -> None:
        """Exchange the secret of a link for a session."""
        status, _, cookies = self.ask("POST", url, json.dumps({"secret": link_secret}))
        session = next((cookie for name, cookie in cookies.items() if name.endswith(COOKIE)), None)
        if status != HTTPStatus.OK or session is None:
            raise GisGridError("The link opens no session", f"{url}: {status}")
        self._headers = {"Cookie": f"{session.key}={session.value}"}

    def fetch(self, url: str) -> bytes:
        """Return what is served there."""
        status, body, _ = self.ask("GET", url)
        if status != HTTPStatus.OK:
            raise GisGridError("A page of the program is not served", f"{url}: {status}")
        if not body:
            raise GisGridError("A page of the program is empty", url)
        return body

    def ask(self, method: str, url: str, body: str | None = None) -> tuple[int, bytes, SimpleCookie]:
        """Return status, body and the cookies that are set."""
        headers = self._headers if body is None else {**self._headers, **_JSON}
        with closing(HTTPConnection(self._host, timeout=_TIMEOUT_S)) as connection:
            connection.request(method, urlsplit(url).path, body, headers)
            answer = connection.getresponse()
            cookies = SimpleCookie("; ".join(answer.headers.get_all("Set-Cookie", [])))
            return answer.status, answer.read(), cookies
