"""A lane of its own for what maps and clients ask over and over: tiles, and pages of features.

What is plain is answered here: a tile of a collection as it is now, a plain page (`plain_pages.py`), or
another page that was asked for before, for somebody whose session or token is good and may see it. All else
goes on to the routes, whose answers are the same: other parameters, errors, refusals, a silent database.

The database says who asks and which version of the data their scope shows, in one statement
(`scope.ENTERED`); for `FRESH` that holds. An answer is made only where none of that version is kept. A
version is of a scope, so that nobody is given what was made for another.
"""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from starlette.datastructures import Headers

from gis_grid.accounts.http import COOKIE, cookie_name
from gis_grid.accounts.scope import ENTERED, entered
from gis_grid.kit import clock
from gis_grid.kit.compression import CODINGS, LEAST_BYTES, coded_tag
from gis_grid.kit.direct import MOST
from gis_grid.kit.errors import Unavailable
from gis_grid.kit.revision import is_current, strong_tag
from gis_grid.kit.tiles import HEADERS, MAX_ZOOM, MVT
from gis_grid.ogc.kept_answers import Answer, KeptAnswers, compressed
from gis_grid.ogc.negotiating import DocumentFormat
from gis_grid.ogc.plain_pages import COLLECTIONS, PlainPages, Sight
from gis_grid.ogc.tiles import LAYERS
from gis_grid.ogc.versions import named, page_tag, tag
from gis_grid.reports.sentences import Lang

if TYPE_CHECKING:
    from collections.abc import Hashable
    from datetime import datetime

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from gis_grid.kit.direct import Direct
    from gis_grid.kit.features import Collection
    from gis_grid.kit.settings import Settings
    from gis_grid.ogc.plain_pages import Question
    from gis_grid.ogc.tiles import Layer

    _Found = tuple[str | None, Answer | None]

log = logging.getLogger(__name__)

FRESH: Final = timedelta(seconds=1)
"""How long what the database said of a caller holds: while one look at a map loads."""

_TILE: Final = re.compile(
    r"/ogc/collections/([a-z_]+)/tiles/WebMercatorQuad/([0-9]{1,2})/([0-9]{1,8})/([0-9]{1,8})", re.ASCII
)
_PAGE: Final = re.compile(r"/ogc/collections/([a-z_]+)/items", re.ASCII)
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{20,200}", re.ASCII)
_CODING: Final = {name: re.compile(rf"\b{name}\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))", re.ASCII) for name in CODINGS}
"""How a client says that it takes a coding, the best first."""

_MOST_KNOWN: Final = 4096
_PAGES_AT_ONCE: Final = MOST - 2
"""Pages that are read at once: the other connections are for tiles."""

# What comes later is given what came before: that is the order in which the database must do it.
_STATEMENT: Final = """
    SELECT coalesce((who.scope ->> 'holds')::boolean, false), shown.version, {told}
    FROM {entered} AS who (scope)
    CROSS JOIN LATERAL (
        SELECT {version} AS version,
            CASE WHEN jsonb_typeof(who.scope -> 'areas') = 'array'
                THEN ARRAY(SELECT jsonb_array_elements_text(who.scope -> 'areas')::bigint) END AS areas
    ) AS shown
"""
_DRAWN: Final = """
    CASE WHEN coalesce((who.scope ->> 'holds')::boolean, false)
            AND coalesce(shown.version, '') <> ALL (CAST(%(held)s AS text[]))
        THEN coalesce({call}, '') END
"""
_PLANNED: Final = "who.scope, set_config('plan_cache_mode', %(plans)s, true)"
_VERSION: Final = """
    gis_grid_layers_version(CASE WHEN who.scope IS NOT NULL THEN CAST(%(tables)s AS text[]) END, %(now)s)
"""


@dataclass(frozen=True, slots=True)
class _Way:
    """How something of a collection is asked of the database: a statement and what it always binds."""

    statement: str
    values: dict[str, Any]
    moments: tuple[str, ...]
    known_by: tuple[str, ...]
    versioned: bool


@dataclass(frozen=True, slots=True)
class _Plain:
    """A request that may be answered here.

    Attributes
    ----------
    key : hashable
        All that the answer depends on beside the version.
    name : str
        Of the collection.
    place : dict or None
        Zoom, row and column of a tile; ``None`` of a page.
    """

    key: Hashable
    name: str
    way: _Way
    place: dict[str, int] | None
    kind: str
    secret: str
    shown: str | None
    coding: str | None

    @property
    def who(self) -> Hashable:
        """What the version depends on; of the secret no more than is needed to know it again."""
        return self.kind, sha256(self.secret.encode()).digest(), self.way.known_by


class Lane:
    """Answers plain requests; leads all others on."""

    def __init__(self, app: ASGIApp, *, direct: Direct, settings: Settings) -> None:
        self._app = app
        self._direct = direct
        self._cookie = cookie_name(COOKIE, settings)
        self._tiles = {name: _way_of_tiles(layer) for name, layer in LAYERS.items()}
        self._pages = {one.id: _way(one, _PLANNED) for one in COLLECTIONS}
        self._plain_pages = PlainPages(settings)
        self._reading = asyncio.Semaphore(_PAGES_AT_ONCE)
        self._kept = KeptAnswers()
        self._known: dict[Hashable, tuple[datetime, str]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request or pass it on."""
        asked = self._plain(scope)
        if asked is None:
            await self._app(scope, receive, send)
            return
        try:
            version, answer = await self._find(asked, scope)
        except Unavailable as error:
            log.warning("a request goes the long way: %s", error.__cause__)
            version, answer = None, None
        if answer is not None:
            await self._send(asked, version, answer, send)
        elif version is not None and asked.place is None:
            await self._make_page(asked, version, (scope, receive, send))
        else:
            await self._app(scope, receive, send)

    def _plain(self, scope: Scope) -> _Plain | None:
        if scope["type"] != "http" or scope["method"] != "GET":
            return None
        tile = _TILE.fullmatch(scope["path"]) if not scope["query_string"] else None
        page = _PAGE.fullmatch(scope["path"]) if tile is None else None
        name = tile[1] if tile is not None else page[1] if page is not None else ""
        way = (self._tiles if tile is not None else self._pages).get(name)
        if way is None:
            return None
        place = None
        if tile is not None:
            zoom, row, column = (int(part) for part in tile.groups()[1:])
            if zoom > MAX_ZOOM or max(row, column) >= 2**zoom:
                return None
            place = {"z": zoom, "x": column, "y": row}
        headers = Headers(scope=scope)
        key: Hashable = scope["path"]
        if page is not None:
            # Who reads stands on a page for people.
            if "html" in headers.get("accept", "") or b"html" in scope["query_string"]:
                return None
            # Links name the host that was asked.
            told = (headers.get("host"), headers.get("accept"), headers.get("accept-language"))
            key = (scope["scheme"], scope["path"], scope["query_string"], *told)
        kind, secret = self._credential(headers)
        if not _SECRET.fullmatch(secret):
            return None
        takes = headers.get("accept-encoding", "")
        coding = next((name for name, said in _CODING.items() if said.search(takes)), None)
        return _Plain(key, name, way, place, kind, secret, headers.get("if-none-match"), coding)

    def _credential(self, headers: Headers) -> tuple[str, str]:
        """Return what was shown; a token goes first, as everywhere."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return "token", token.strip()
        for part in headers.get("cookie", "").split(";"):
            name, _, value = part.strip().partition("=")
            if name == self._cookie:
                return "session", value
        return "session", ""

    async def _find(self, asked: _Plain, scope: Scope) -> _Found:
        """Return the version that the caller sees, and its answer where there is one."""
        now = clock.now()
        until, version = self._known.get(asked.who, (now, ""))
        if now < until and (kept := self._kept.get(asked.key, version)) is not None:
            return version, kept
        if asked.place is not None:
            return await self._draw(asked, now)
        question = self._plain_pages.question(asked.name, scope)
        found: _Found = (version or None, None)
        if now >= until and asked.way.versioned and (question is None or self._kept.versions(asked.key)):
            found = await self._look(asked, now)
        if question is None or found[1] is not None:
            return found
        return await self._read(asked, question, now)

    async def _draw(self, asked: _Plain, now: datetime) -> _Found:
        """Draw a tile, unless that of the version is kept."""
        holds, version, drawn = await self._direct.row(asked.way.statement, self._values(asked, now))
        if not holds:
            return None, None
        self._remember(asked, now, version)
        if drawn is None:
            return version, self._kept.get(asked.key, version)
        body = bytes(drawn)
        mark = strong_tag(body) if version is None else tag(named(version))
        answer = Answer(mark, body, {**HEADERS, **({"Content-Type": MVT} if body else {})})
        if version is not None:
            self._kept.keep(asked.key, version, answer)
        return version, answer

    async def _look(self, asked: _Plain, now: datetime) -> _Found:
        """Look whether a page of the version that is shown now is kept."""
        holds, version, *_ = await self._direct.row(asked.way.statement, self._values(asked, now))
        if not holds or version is None:
            return None, None
        self._remember(asked, now, version)
        return version, self._kept.get(asked.key, version)

    async def _read(self, asked: _Plain, question: Question, now: datetime) -> _Found:
        """Read a plain page."""
        async with self._reading, self._direct.transaction() as ask:
            values = self._values(asked, now) | {"plans": question.plans}
            ((holds, version, found, _),) = await ask(asked.way.statement, values)
            if not holds:
                return None, None
            sight = Sight(entered(found), version, now, ask)
            answer = await self._plain_pages.answer(question, sight, asked.shown)
        self._remember(asked, now, version)
        if version is not None and answer.body:
            self._kept.keep(asked.key, version, answer)
        return version, answer

    def _values(self, asked: _Plain, now: datetime) -> dict[str, Any]:
        return {
            **asked.way.values,
            **dict.fromkeys(asked.way.moments, now),
            **(asked.place or {}),
            "now": now,
            "kind": asked.kind,
            "secret": asked.secret,
            "held": self._kept.versions(asked.key),
            "plans": "auto",
        }

    def _remember(self, asked: _Plain, now: datetime, version: str | None) -> None:
        if version is None:
            return
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[asked.who] = (now + FRESH, version)

    async def _make_page(self, asked: _Plain, version: str, call: tuple[Scope, Receive, Send]) -> None:
        """Let the routes make a page and keep it; what they say instead of one is passed on."""
        scope, receive, send = call
        start: list[Message] = []
        parts: list[bytes] = []

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message, version):
                start.append(message)
            elif not start:
                await send(message)
            else:
                parts.append(message.get("body", b""))
                if not message.get("more_body"):
                    headers = Headers(raw=start[0]["headers"])
                    told = {name: value for name, value in headers.items() if name in _OF_A_PAGE}
                    answer = Answer(headers["etag"], b"".join(parts), told)
                    self._kept.keep(asked.key, version, answer)
                    await self._send(asked, version, answer, send)

        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self._app({**scope, "headers": plain}, receive, keep)

    async def _send(self, asked: _Plain, version: str | None, answer: Answer, send: Send) -> None:
        coding = asked.coding if len(answer.body) >= LEAST_BYTES else None
        if coding is not None and coding not in answer.codings:
            # Of a large one it takes as long as a dozen requests do in all.
            coded = await asyncio.to_thread(compressed, answer.body, coding)
            answer = replace(answer, codings={**answer.codings, coding: coded})
            if version is not None:
                self._kept.keep(asked.key, version, answer)
        body = answer.body if coding is None else answer.codings[coding]
        # Each coding has a strong tag of its own (`kit/compression.py`).
        tags: dict[str | None, str] = {None: answer.tag}
        tags.update((name, coded_tag(answer.tag, name)) for name in CODINGS)
        mark = tags[coding]
        headers = {name.lower(): value for name, value in answer.headers.items()}
        varies = {part.strip() for part in headers.get("vary", "").split(",")} | {"Accept-Encoding"}
        headers |= {"etag": mark, "vary": ", ".join(sorted(varies - {""}))}
        status = 200 if body else 204
        held = next((one for one in (mark, *tags.values()) if is_current(one, asked.shown)), None)
        if held is not None:
            status, body = 304, b""
            headers["etag"] = held
            headers.pop("content-type", None)
        if body:
            headers["content-length"] = str(len(body))
            if coding is not None:
                headers["content-encoding"] = coding
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body})


def _is_page(start: Message, version: str) -> bool:
    """Say whether an answer is a page for programs of this very version.

    The scope may have become another one since the version was told: what it shows now must not be kept as
    what those see who have the scope that was.
    """
    mark = dict(start["headers"]).get(b"etag", b"").decode()
    return start["status"] == 200 and mark in {
        page_tag(named(version), DocumentFormat.JSON.value, lang.value) for lang in Lang
    }


_OF_A_PAGE: Final = frozenset({"content-type", "content-crs", "vary", "cache-control", "link"})


def _way_of_tiles(layer: Layer) -> _Way:
    """Return how tiles of a layer are asked for."""
    moment = clock.now()
    given = layer.values(None, moment)
    own = "".join(f", {name} => %({name}_own)s" for name in given)
    call = f"gis_grid_tile_{layer.function}(%(z)s, %(x)s, %(y)s, shown.areas{own})"
    way = _way(layer.collection, _DRAWN.format(call=call))
    fixed = {f"{name}_own": value for name, value in given.items() if value is not moment}
    moments = tuple(f"{name}_own" for name, value in given.items() if value is moment)
    return replace(way, values={**way.values, **fixed}, moments=moments)


def _way(collection: Collection, told: str) -> _Way:
    tables = sorted(set(collection.layers))
    permission = collection.permission.value
    version = _VERSION if tables else "CASE WHEN who.scope IS NULL THEN '' END"
    statement = _STATEMENT.format(entered=ENTERED, told=told, version=version)
    values = {"permission": permission, **({"tables": tables} if tables else {})}
    return _Way(statement, values, (), (permission, *tables), versioned=bool(tables))
