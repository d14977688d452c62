"""Plain pages: those that are asked for by nothing but a box, a place to begin at and how they are given.

They are read, and said, as the routes read and say them: the parameters by the same models, the rows by the
same SELECT. Only that SELECT is put together once for all questions of a form, and nothing stands between it
and the database. Whatever else is asked, and whatever is wrong, is for the routes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from pydantic import ValidationError
from sqlalchemy.dialects.postgresql import psycopg
from starlette.requests import Request

from gis_grid.kit.errors import GisGridError
from gis_grid.kit.http import GeoJson
from gis_grid.kit.revision import is_current
from gis_grid.ogc import cursors
from gis_grid.ogc.collections import COLLECTIONS as ALL
from gis_grid.ogc.geojson import page_text
from gis_grid.ogc.kept_answers import Answer
from gis_grid.ogc.page_answers import content_tag, counted_as, headers_of, reading_within, version_tag
from gis_grid.ogc.pages import MOST_NEAR, Part, count_for, is_near, near_statement, page_of, statement
from gis_grid.ogc.parameters import asked_of, models_of
from gis_grid.ogc.selecting import bound, boxes_of, is_flat, typed
from gis_grid.ogc.versions import named

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection
    from starlette.types import Scope as Asgi

    from gis_grid.accounts.scope import Scope
    from gis_grid.kit.direct import Ask
    from gis_grid.kit.features import Collection, Reading, Rows
    from gis_grid.kit.settings import Settings
    from gis_grid.ogc.asked import Asked
    from gis_grid.ogc.pages import Count, Page
    from gis_grid.ogc.parameters import ItemsQuery

_NAMES: Final = frozenset({"bbox", "bbox-crs", "crs", "cursor", "f", "lang", "limit"})
_MOST: Final = 1000
"""Features of a page that is put together amid other requests: more would let them wait."""

_DIALECT: Final = psycopg.dialect()  # type: ignore[no-untyped-call]
_PLAN_BY_VALUES: Final = "SELECT set_config('plan_cache_mode', 'auto', true)"
"""A box may hold all that there is, or next to nothing: one plan is not good for both."""
_NO_CONNECTION: Final = cast("Connection", None)
"""What rows are told without that are a SELECT of tables (`Collection.made`)."""


@dataclass(frozen=True, slots=True)
class Question:
    """A plain page, understood."""

    request: Request
    collection: Collection
    query: ItemsQuery
    asked: Asked
    part: Part

    @property
    def near(self) -> bool:
        """Whether it may be the first page of a small box."""
        return is_near(self.collection, self.asked, self.part)

    @property
    def plans(self) -> str:
        """How PostgreSQL plans it: small boxes are all read by one plan, and a new one takes as long."""
        return "force_generic_plan" if self.near else "auto"


@dataclass(frozen=True, slots=True)
class Sight:
    """Within what a page is read.

    Attributes
    ----------
    version : str or None
        Of what the scope shows of the collection; ``None`` where it has none.
    ask : callable
        Returns the rows of a statement, within the scope.
    """

    scope: Scope
    version: str | None
    now: datetime
    ask: Ask


@dataclass(frozen=True, slots=True)
class _Compiled:
    """SQL of all questions of a form, and what it binds whatever is asked."""

    sql: str
    values: Mapping[str, Any]


COLLECTIONS: Final = tuple(one for one in ALL.values() if not (one.made or one.looks or one.parameters))
"""Those with plain pages: their rows depend on nothing but who reads, and when."""


class PlainPages:
    """Reads plain pages; keeps the SQL of those that were asked for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._asked = {one.id: (one, models_of(one).items) for one in COLLECTIONS}
        self._compiled: dict[Hashable, _Compiled] = {}

    def question(self, name: str, scope: Asgi) -> Question | None:
        """Return what is asked of a collection, or ``None`` where that is not plain, or wrong."""
        collection, model = self._asked[name]
        request = Request(scope)
        given = request.query_params.multi_items()
        named_once = dict(given)
        if len(given) != len(named_once) or not named_once.keys() <= _NAMES:
            return None
        try:
            query = model.model_validate(named_once)
            if query.limit > _MOST or query.wants_page(request):
                return None
            asked = asked_of(query, collection, self._settings.tz)
            after = (
                None if query.cursor is None else cursors.read(query.cursor, collection, request.query_params)
            )
        except (ValidationError, GisGridError):
            return None
        return Question(request, collection, query, asked, Part(query.limit, after))

    async def answer(self, question: Question, sight: Sight, shown: str | None) -> Answer:
        """Return a page, or an answer without a body where the client shows that it has it."""
        request, query, collection = question.request, question.query, question.collection
        mark = None if sight.version is None else version_tag(named(sight.version), request, query)
        headers = headers_of(query, collection, None)
        if mark is not None and is_current(mark, shown):
            return Answer(mark, b"", headers)
        reading = reading_within(sight.scope, _NO_CONNECTION, self._settings, sight.now)
        page = await self._read(question, reading, mark and counted_as(mark, collection, request), sight.ask)
        headers["Content-Type"] = str(GeoJson.media_type)
        text = page_text(request, collection, page, reading)
        return Answer(mark or content_tag(request, query, page), text, headers)

    async def _read(self, question: Question, reading: Reading, known_as: str | None, ask: Ask) -> Page:
        collection, asked, part = question.collection, question.asked, question.part
        rows = collection.rows(reading)
        own = {**rows.values, **part.bound, **({} if asked.bbox is None else bound(asked.bbox))}
        count = count_for(collection, part, known_as)
        if question.near:
            near = self._statement(question, rows, None)
            (row,) = await ask(near.sql, {**near.values, **own})
            if row[-1] <= MOST_NEAR:
                return page_of(row, part, count, known_as)
            await ask(_PLAN_BY_VALUES, {})
        made = self._statement(question, rows, count)
        (row,) = await ask(made.sql, {**made.values, **own})
        return page_of(row, part, count, known_as)

    def _statement(self, question: Question, rows: Rows, count: Count | None) -> _Compiled:
        """Return the SELECT of a page; without a count that of a page of a small box."""
        collection, asked, part = question.collection, question.asked, question.part
        boxes = () if asked.bbox is None else tuple(map(is_flat, boxes_of(asked.bbox)))
        counted = count and (count.asked, count.most)
        form = (rows.sql, boxes, part.after is None, asked.srid, asked.flipped, counted)
        found = self._compiled.get((collection.id, form))
        if found is None:
            of = typed(collection, rows)
            select = (
                near_statement(collection, of, asked, part)
                if count is None
                else statement(collection, of, asked, part, count)
            )
            made = select.compile(dialect=_DIALECT)
            found = self._compiled[collection.id, form] = _Compiled(str(made), made.params)
        return found
