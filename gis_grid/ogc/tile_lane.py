"""A lane of its own for tiles, which maps ask for by the dozen: one statement, and none of the other layers.

What is plain is answered here: a tile of one collection as it is now, for somebody whose session or token is
good and may see it. All else goes on to the routes (`routes/tiles.py`), whose answers are alike: parameters,
errors, refusals, a database that does not answer.

With each request the database checks who asks, and says which version of the layer their scope shows. A tile
is drawn only where this process does not have it of that version.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import brotli
from starlette.datastructures import Headers

from gis_grid.accounts.http import COOKIE, cookie_name
from gis_grid.accounts.scope import ENTERED
from gis_grid.kit import clock
from gis_grid.kit.errors import Unavailable
from gis_grid.kit.features import Reading
from gis_grid.kit.revision import is_current
from gis_grid.kit.tiles import HEADERS, MAX_ZOOM, MVT, digest
from gis_grid.ogc.tiles import LAYERS
from gis_grid.ogc.versions import named, tag

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from gis_grid.kit.direct import Direct
    from gis_grid.kit.settings import Settings
    from gis_grid.ogc.tiles import Layer

log = logging.getLogger(__name__)

_PATH: Final = re.compile(
    r"/ogc/collections/([a-z_]+)/tiles/WebMercatorQuad/([0-9]{1,2})/([0-9]{1,8})/([0-9]{1,8})", re.ASCII
)
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{20,200}", re.ASCII)
_BROTLI: Final = re.compile(r"\bbr\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))", re.ASCII)
_LEAST_BYTES: Final = 1024
_QUALITY: Final = 4
_MOST_KEPT_BYTES: Final = 64 << 20
_MOST_VERSIONS: Final = 8

# What comes later is given what came before: that is the order in which the database must do it.
_STATEMENT: Final = """
    SELECT coalesce((who.scope ->> 'holds')::boolean, false), shown.version,
        CASE WHEN coalesce((who.scope ->> 'holds')::boolean, false)
                AND coalesce(shown.version, '') <> ALL (CAST(%(held)s AS text[]))
            THEN coalesce({call}, '') END
    FROM {entered} AS who (scope)
    CROSS JOIN LATERAL (
        SELECT {version} AS version,
            CASE WHEN jsonb_typeof(who.scope -> 'areas') = 'array'
                THEN ARRAY(SELECT jsonb_array_elements_text(who.scope -> 'areas')::bigint) END AS areas
    ) AS shown
"""
_VERSION: Final = """
    gis_grid_layers_version(CASE WHEN who.scope IS NOT NULL THEN CAST(%(tables)s AS text[]) END, %(now)s)
"""


class _Plain(NamedTuple):
    """A request that can be answered here."""

    path: str
    layer: Layer
    place: tuple[int, int, int]
    kind: str
    secret: str
    shown: str | None
    brotli: bool


class _Tile(NamedTuple):
    """A finished tile, and compressed where somebody asked for that and it is worth it."""

    plain: bytes
    brotli: bytes | None = None

    @property
    def octets(self) -> int:
        """About what it takes in memory."""
        return len(self.plain) + len(self.brotli or b"") + 500


class _Kept:
    """Finished tiles by path and version, those that were asked for last; an old version is never found."""

    def __init__(self) -> None:
        self._tiles: OrderedDict[tuple[str, str], _Tile] = OrderedDict()
        self._versions: dict[str, list[str]] = {}
        self._bytes = 0

    def versions(self, path: str) -> list[str]:
        return self._versions.get(path, [])

    def get(self, path: str, version: str) -> _Tile | None:
        found = self._tiles.get((path, version))
        if found is not None:
            self._tiles.move_to_end((path, version))
        return found

    def keep(self, path: str, version: str, tile: _Tile) -> None:
        self._drop(path, version)
        self._tiles[path, version] = tile
        self._versions.setdefault(path, []).append(version)
        self._bytes += tile.octets
        if len(self._versions[path]) > _MOST_VERSIONS:
            self._drop(path, self._versions[path][0])
        while self._bytes > _MOST_KEPT_BYTES:
            self._drop(*next(iter(self._tiles)))

    def _drop(self, path: str, version: str) -> None:
        gone = self._tiles.pop((path, version), None)
        if gone is None:
            return
        self._bytes -= gone.octets
        self._versions[path].remove(version)
        if not self._versions[path]:
            del self._versions[path]


class TileLane:
    """Answers plain requests of tiles; leads all others on."""

    def __init__(self, app: ASGIApp, *, direct: Direct, settings: Settings) -> None:
        self._app = app
        self._direct = direct
        self._settings = settings
        self._cookie = cookie_name(COOKIE, settings)
        self._statements = {name: _statement(layer, settings) for name, layer in LAYERS.items()}
        self._kept = _Kept()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request or pass it on."""
        asked = self._plain(scope)
        answered = asked is not None and await self._answer(asked, send)
        if not answered:
            await self._app(scope, receive, send)

    def _plain(self, scope: Scope) -> _Plain | None:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["query_string"]:
            return None
        found = _PATH.fullmatch(scope["path"])
        if found is None or found[1] not in LAYERS:
            return None
        zoom, row, column = (int(part) for part in found.groups()[1:])
        if zoom > MAX_ZOOM or max(row, column) >= 2**zoom:
            return None
        headers = Headers(scope=scope)
        kind, secret = self._credential(headers)
        if not _SECRET.fullmatch(secret):
            return None
        return _Plain(
            found[0],
            LAYERS[found[1]],
            (zoom, row, column),
            kind,
            secret,
            headers.get("if-none-match"),
            _BROTLI.search(headers.get("accept-encoding", "")) is not None,
        )

    def _credential(self, headers: Headers) -> tuple[str, str]:
        """Return what was shown; a token goes first, as everywhere."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme:
            return "token", token.strip() if scheme.lower() == "bearer" else ""
        for part in headers.get("cookie", "").split(";"):
            name, _, value = part.strip().partition("=")
            if name == self._cookie:
                return "session", value
        return "session", ""

    async def _answer(self, asked: _Plain, send: Send) -> bool:
        statement, own = self._statements[asked.layer.name]
        zoom, row, column = asked.place
        now = clock.now()
        values = {
            **{name: now if value is _NOW else value for name, value in own.items()},
            "z": zoom,
            "x": column,
            "y": row,
            "now": now,
            "kind": asked.kind,
            "secret": asked.secret,
            "held": self._kept.versions(asked.path),
        }
        try:
            holds, version, drawn = await self._direct.row(statement, values)
        except Unavailable as error:
            log.warning("a tile goes the long way: %s", error.__cause__)
            return False
        if not holds:
            return False
        tile = self._kept.get(asked.path, version or "") if drawn is None else _Tile(bytes(drawn))
        if tile is None:
            # It was dropped while the database was asked.
            return False
        if asked.brotli and tile.brotli is None and len(tile.plain) >= _LEAST_BYTES:
            # Of a large tile it takes as long as a dozen others do in all.
            compressed = await asyncio.to_thread(brotli.compress, tile.plain, quality=_QUALITY)
            tile = _Tile(tile.plain, compressed)
        if version is not None:
            self._kept.keep(asked.path, version, tile)
        await _send(asked, digest(tile.plain) if version is None else tag(named(version)), tile, send)
        return True


async def _send(asked: _Plain, plain: str, tile: _Tile, send: Send) -> None:
    compressed = tile.brotli if asked.brotli else None
    coded = compressed is not None
    shown = f'{plain[:-1]}-br"' if coded else plain
    headers = {**HEADERS, "ETag": shown, "Vary": f"{HEADERS['Vary']}, Accept-Encoding"}
    status, body = 200, tile.plain if compressed is None else compressed
    if is_current(plain, asked.shown) or is_current(f'{plain[:-1]}-br"', asked.shown):
        status, body = 304, b""
    elif not body:
        status = 204
    if body:
        headers |= {"Content-Type": MVT, "Content-Length": str(len(body))}
        if coded:
            headers["Content-Encoding"] = "br"
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


_NOW: Final = object()


def _statement(layer: Layer, settings: Settings) -> tuple[str, dict[str, Any]]:
    """Return the statement of a layer, and what it binds that is not of a request; `_NOW` for the moment."""
    moment = clock.now()
    reading = Reading(
        conn=None,  # type: ignore[arg-type]  # values of a layer depend on the moment alone
        areas=None,
        people=None,
        now=moment,
        settings=settings,
        caller="",
    )
    given = {name: _NOW if value is moment else value for name, value in layer.values(reading).items()}
    own = "".join(f", {name} => %({name}_own)s" for name in given)
    call = f"gis_grid_tile_{layer.function}(%(z)s, %(x)s, %(y)s, shown.areas{own})"
    tables = sorted(set(layer.collection.layers))
    values: dict[str, Any] = {
        "permission": layer.collection.permission.value,
        **({"tables": tables} if tables else {}),
        **{f"{name}_own": value for name, value in given.items()},
    }
    version = _VERSION if tables else "CASE WHEN who.scope IS NULL THEN '' END"
    return _STATEMENT.format(entered=ENTERED, call=call, version=version), values
