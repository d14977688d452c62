"""Whole collections as files: each collection has a route and a permission."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from typing import IO, Annotated, Any, Final, Literal

from anyio import CancelScope
from anyio.lowlevel import checkpoint
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field, create_model
from starlette.types import Receive, Send

from gis_grid.accounts.http import Again, Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.kit.errors import Unavailable
from gis_grid.kit.features import Collection
from gis_grid.kit.http import AppSettings
from gis_grid.kit.places import taken_place
from gis_grid.kit.revision import is_current
from gis_grid.kit.tiles import HEADERS
from gis_grid.ogc.collections import COLLECTIONS
from gis_grid.ogc.computing import GivenUp
from gis_grid.ogc.export import door
from gis_grid.ogc.export.formats import FORMATS, Name, formats_of
from gis_grid.ogc.export.noting import note
from gis_grid.ogc.export.patience import Patience
from gis_grid.ogc.export.source import Source
from gis_grid.ogc.export.store import end_when_unread
from gis_grid.ogc.looking import answer_look
from gis_grid.ogc.parameters import asked_of, models_of
from gis_grid.ogc.routes.items import reading_of
from gis_grid.ogc.versions import layers_version, tag

router = APIRouter(prefix="/ogc", tags=["ogc"])

MOST_EXPORTS: Final = 3
"""How many files are made at once: each holds a connection, and a processor now and then."""

_PATIENCE_S: Final = 10
LONGEST_S: Final = 60
"""How long a filter may look for the next rows: a page is waited for, a file less so."""
LONGEST_WHOLE_S: Final = 600
"""And for all of them: whoever has a question so large asks on the command line, which has no limits."""
_AGAIN_S: Final = 1
_UNREAD_S: Final = 60
"""How long a client may take for the next block of what comes straight out of the database."""

# A copy in a cache would be a look that nobody wrote down.
_OF_A_LOOK: Final = {"Cache-Control": "no-store"}


async def one_of_few(request: Request) -> AsyncIterator[None]:
    """Wait for one of the few places of exports, before a connection is taken.

    Raises
    ------
    Unavailable
        When none becomes free in time.
    """
    full = Unavailable("Other files are being made", f"{MOST_EXPORTS} at once; try again in a while")
    async with taken_place(request.app.state.export_places, _PATIENCE_S, full):
        yield


async def patience_of(request: Request) -> AsyncIterator[Patience]:
    """Yield the patience with the file that is asked for, which ends when the client goes away."""
    patience = Patience(LONGEST_S, LONGEST_WHOLE_S)
    watching = asyncio.create_task(_leave_with(request.receive, patience))
    try:
        yield patience
    finally:
        watching.cancel()
        await asyncio.wait([watching])


async def _leave_with(receive: Receive, patience: Patience) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    while True:  # between two statements there was nothing to end
        await run_in_threadpool(patience.leave)
        await asyncio.sleep(_AGAIN_S)


class Download(StreamingResponse):
    """A file. It begins when its first block is there: what is wrong by then is a problem document.

    What goes wrong later breaks the connection off, so that no client takes a part for the whole.
    """

    async def stream_response(self, send: Send) -> None:
        """Send all blocks; whoever makes them is told when nobody wants any more."""
        made: Any = self.body_iterator
        async with aclosing(made) as blocks:
            block = await anext(blocks, b"")
            await send(
                {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            )
            while block:
                await send({"type": "http.response.body", "body": block, "more_body": True})
                block = await anext(blocks, b"")
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _add(collection: Collection) -> None:
    permission = Permission(collection.permission)
    model = _model(collection)

    def read_export(
        *,
        caller: Annotated[Caller, may(permission)],
        again: Again,
        settings: AppSettings,
        request: Request,
        patience: Annotated[Patience, Depends(patience_of)],
        query: Annotated[model, Query()],  # type: ignore[valid-type]
    ) -> Response:
        form = FORMATS[Name(query.f)]  # type: ignore[attr-defined]
        reading = reading_of(caller, settings, collection, query)
        asked = asked_of(query, collection, settings.tz)
        bom: bool = query.bom  # type: ignore[attr-defined]
        source = Source(collection, reading, asked, byte_order_mark=bom, patience=patience)
        door.require_fitting(source, form)
        headers = _headers(source)
        if "ETag" in headers and is_current(headers["ETag"], request.headers.get("if-none-match")):
            return Response(status_code=304, headers=headers)
        headers["Content-Disposition"] = door.disposition(source, form)

        def kept() -> Response:
            # A look is written down before anything is seen, and what is whole needs the database no more.
            note(source, form)
            file = door.whole(source, form)
            headers["Content-Length"] = str(os.fstat(file.fileno()).st_size)
            return Download(_sent(file), headers=headers, media_type=form.media_type)

        if form.streams and not collection.looks:
            note(source, form)
            if collection.parameters:
                collection.rows(reading)  # what cannot be asked is refused before the file begins

            def made() -> Iterator[bytes]:
                with again(caller, permission) as reader:
                    end_when_unread(reader.conn, _UNREAD_S)
                    seen = reader.scope
                    anew = replace(reading, conn=reader.conn, areas=seen.areas, people=seen.people)
                    yield from door.blocks(replace(source, reading=anew), form)

            return Download(_streamed(request, made), headers=headers, media_type=form.media_type)
        return answer_look(request, collection, reading, kept)

    router.get(
        f"/collections/{collection.id}/export",
        name=f"{collection.id}_export",
        description=f"Return {collection.title.en.lower()}, all of them, as a file.",
        response_class=Download,
        responses=_answers(collection),
        dependencies=[Depends(one_of_few, scope="function")],
    )(read_export)


def _model(collection: Collection) -> type[BaseModel]:
    """Return what a collection's file can be asked: what its features can be, and a format."""
    names = tuple(one.name.value for one in formats_of(collection))
    told = "; ".join(f"{one.name.value}: {one.about.en}" for one in formats_of(collection))
    chosen = models_of(collection).chosen
    fields: dict[str, Any] = {
        "f": (Literal[names], Field(Name.GEOJSON.value, description=told)),
        "bom": (
            bool,
            Field(
                True, description="Of csv: begin with the mark without which office programs read no Chinese."
            ),
        ),
    }
    return create_model(f"{chosen.__name__}File", __base__=chosen, **fields)


def _answers(collection: Collection) -> dict[int | str, dict[str, Any]]:
    binary = {"schema": {"type": "string", "format": "binary"}}
    kinds = {one.media_type.partition(";")[0]: binary for one in formats_of(collection)}
    return {
        200: {"description": "The file", "content": kinds},
        304: {"description": "What the client has is still right"},
        404: {"description": "What it is read of does not exist, or may not be seen"},
    }


def _headers(source: Source) -> dict[str, str]:
    collection, reading = source.collection, source.reading
    if collection.looks:
        return {**HEADERS, **_OF_A_LOOK}
    if not collection.layers:
        return dict(HEADERS)
    # Of an address: what else is asked stands in it. Weak: a workbook has the moment in which it was made.
    return {**HEADERS, "ETag": f"W/{tag(layers_version(reading.conn, collection.layers, reading.now))}"}


async def _streamed(request: Request, made: Callable[[], Iterator[bytes]]) -> AsyncIterator[bytes]:
    """Yield blocks that are made from a transaction of their own, which ends with them or before."""
    async with asynccontextmanager(one_of_few)(request), request.app.state.connections:
        blocks = made()
        try:
            while (block := await run_in_threadpool(next, blocks, None)) is not None:
                yield block
        except GivenUp:
            await checkpoint()  # who has gone is told nothing
            raise
        finally:
            with CancelScope(shield=True):
                await run_in_threadpool(blocks.close)  # type: ignore[attr-defined]


async def _sent(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while block := await run_in_threadpool(file.read, door.BLOCK):
            yield block


for _collection in COLLECTIONS.values():
    _add(_collection)
