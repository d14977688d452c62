"""Writing many buildings at once, as a file or a collection of features: at once, or later as a job."""

import hashlib
import json
import uuid
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path as FilePath
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from gis_grid.accounts.http import Caller
from gis_grid.grids.readers.geojson import SEQUENCES
from gis_grid.grids.service import sent_files
from gis_grid.grids.service.sent_files import Sent, State
from gis_grid.grids.service.writing_files import MOST_LETTERS, FileAsked, WritingMode
from gis_grid.kit import clock
from gis_grid.kit.described import ProblemRow
from gis_grid.kit.errors import BadInput, TooLarge, Unavailable
from gis_grid.kit.http import AppSettings
from gis_grid.kit.places import taken_place
from gis_grid.kit.problem import problem
from gis_grid.ogc.links import base
from gis_grid.ogc.routes.writing import BUILDINGS, Editor, writer_of
from gis_grid.tracks.intake.upload import Upload, file_body, fill
from gis_grid.tracks.phones.message import Message

router = APIRouter(prefix="/ogc", tags=["ogc"])
uploads = APIRouter(prefix="/ogc", tags=["ogc"])
"""Apart, since it takes larger bodies than other routes."""

PATH: Final = f"/collections/{BUILDINGS.id}/bulk"
MOST_SENT: Final = 2
"""Files at once: each holds a connection while it comes in."""
MOST_AT_ONCE: Final = 8 << 20
"""Bytes of a file that is written while its sender waits."""

_PATIENCE_S: Final = 30.0
_ASYNC: Final = "respond-async"
_SUFFIXES: Final = {
    "application/geo+json": ".geojson",
    "application/json": ".geojson",
    "application/geo+json-seq": SEQUENCES[0],
    "application/x-ndjson": SEQUENCES[0],
    "application/geopackage+sqlite3": ".gpkg",
    "application/zip": ".zip",
    "text/csv": ".csv",
}
_KNOWN: Final = frozenset({*_SUFFIXES.values(), *SEQUENCES, ".json"})
_Column = Annotated[str | None, Field(max_length=MOST_LETTERS, description="Which column holds it.")]


class BulkQuery(BaseModel):
    """How a file is to be written; named as the options of `gis-grid import`."""

    model_config = ConfigDict(extra="forbid")

    source: str = Field(
        max_length=MOST_LETTERS,
        description="Where the buildings come from: with `source_ref` it says which are changed. New ones go "
        "into a source that begins with the code of an area of yours and a colon, such as `C-01:survey`.",
    )
    mode: WritingMode = Field(
        WritingMode.UPSERT,
        description="`replace`: what the source has in your areas and the file has not goes.",
    )
    dry_run: bool = Field(
        False, alias="dry-run", description="Check all, say what would be done, do nothing."
    )
    crs: str | None = Field(None, max_length=MOST_LETTERS, description="Instead of what the file says.")
    encoding: str | None = Field(None, max_length=MOST_LETTERS, description="Of its texts.")
    layer: str | None = Field(None, max_length=MOST_LETTERS, description="Of a GeoPackage with several.")
    id: _Column = None
    name: _Column = None
    kind: _Column = None
    households: _Column = None
    people: _Column = None
    floors: _Column = None

    def asked(self) -> FileAsked:
        """Return it as the service takes it."""
        columns = self.model_dump(
            include={"id", "name", "kind", "households", "people", "floors"}, exclude_none=True
        )
        return FileAsked(
            self.source,
            self.mode,
            self.dry_run,
            crs=self.crs,
            encoding=self.encoding,
            layer=self.layer,
            columns=columns,
        )


class BulkWritten(BaseModel):
    """What was done, or in a dry run would be; in buildings."""

    source: str
    mode: WritingMode
    dry_run: bool
    rows: int = Field(description="Of the file.")
    created: int
    updated: int
    unchanged: int
    deleted: int
    notes: list[str] = Field(description="What a person should know: estimates, values taken as not known.")


class BulkFault(BaseModel):
    """Why nothing was written."""

    title: str
    detail: str
    count: int | None = Field(None, description="Of all faults in rows.")
    errors: list[ProblemRow] = Field(description="The first hundred of them.")


class BulkState(BaseModel):
    """How far a file is for which nobody waits; told for a day."""

    id: uuid.UUID
    state: Literal["waiting", "done", "failed"] = Field(description="`failed`: nothing was written.")
    at: datetime = Field(description="When it came.")
    ended_at: datetime | None = None
    written: BulkWritten | None = None
    fault: BulkFault | None = None


async def _one_of_few(request: Request) -> AsyncIterator[None]:
    full = Unavailable("Too many files come in", "send it again later")
    async with taken_place(request.app.state.bulk_places, _PATIENCE_S, full):
        yield


@uploads.post(
    PATH,
    response_model=BulkWritten,
    dependencies=[Depends(_one_of_few, scope="function")],
    responses={
        202: {
            "model": BulkState,
            "description": "With `Prefer: respond-async`: it is here and will be written within a minute; "
            "`Location` names where it is told how far it is.",
        },
        408: {"description": "The file comes in too slowly"},
        409: {"description": "The key stands for something else, or an id is taken"},
        415: {"description": "The body is of another media type"},
        429: {"description": "Too many files of the account wait"},
    },
    openapi_extra={"requestBody": file_body(_SUFFIXES)},
)
async def write_buildings(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request,
    caller: Editor,
    settings: AppSettings,
    query: Annotated[BulkQuery, Query()],
    prefer: Annotated[str, Header(max_length=MOST_LETTERS, description="`respond-async`: as a job.")] = "",
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1, max_length=MOST_LETTERS, description="Sent twice within a day, it is done once."
        ),
    ] = None,
) -> Response:
    """Write a file of buildings: all of it, or nothing with each fault by its row.

    A FeatureCollection, features line by line, a GeoPackage, a zipped shapefile or a CSV of points, read as
    `gis-grid import` reads it.
    """
    waits = _ASYNC in prefer.lower()
    folder = sent_files.folder_of(settings)
    path = folder / f"{uuid.uuid4()}.part"
    try:
        upload = await _taken_in(request, path)
        suffix = _suffix_of(request, upload)
        if upload.size > MOST_AT_ONCE and not waits:
            raise TooLarge(
                "The file is too large to wait for",
                f"above {MOST_AT_ONCE >> 20} MiB send it with `Prefer: {_ASYNC}`",
            )
        named = path.rename(path.with_suffix(suffix))
        sent = _sent(caller, query, upload, suffix, idempotency_key)
        if waits:
            state = await run_in_threadpool(_later, caller, sent, named, folder)
        else:
            state = await run_in_threadpool(_now, caller, sent, named)
    except TimeoutError:
        return problem(
            408, "The file does not come in", "it came too slowly", headers={"Connection": "close"}
        )
    except ClientDisconnect:
        return Response(status_code=400)  # nobody reads it
    finally:
        for one in folder.glob(f"{path.stem}.*"):
            one.unlink(missing_ok=True)
    if not waits and state.state == "done":
        return _json(BulkWritten.model_validate(state.answer), 200, {})
    headers = {"Location": f"{base(request)}/ogc{PATH}/{state.id}", "Preference-Applied": _ASYNC}
    return _json(_shown(state), 202, headers)


@router.get(
    f"{PATH}/{{id}}",
    response_model=BulkState,
    responses={404: {"description": "No such file of this account within a day"}},
)
def bulk_state(caller: Editor, sent_id: Annotated[uuid.UUID, Path(alias="id")]) -> BulkState:
    """Say how far a file is that was sent with `Prefer: respond-async`."""
    return _shown(sent_files.state_of(caller.conn, caller.scope.account_id, sent_id))


async def _taken_in(request: Request, path: FilePath) -> Upload:
    """Write the body, or the file of a form, to a path."""
    message = Message(content_type=request.headers.get("content-type", ""))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("xb") as file:
            upload = Upload(message, b"", clock.now(), file)
            await fill(upload, request.stream())
    except OSError as error:
        if isinstance(error, TimeoutError):
            raise
        raise Unavailable("The file cannot be kept", error.strerror or type(error).__name__) from error
    if upload.fault is not None:
        raise BadInput("The form cannot be read", upload.fault)
    if upload.size == 0:
        raise BadInput("The file is empty", "the body has 0 bytes")
    return upload


def _suffix_of(request: Request, upload: Upload) -> str:
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    suffix = (
        FilePath(upload.name).suffix.lower() if said.startswith("multipart/") else _SUFFIXES.get(said, "")
    )
    if suffix not in _KNOWN:
        listed = ", ".join(_SUFFIXES)
        raise HTTPException(
            415, f"Unsupported Media Type: {said or 'none'}; expected one of {listed}, or a form"
        )
    return suffix


def _sent(caller: Caller, query: BulkQuery, upload: Upload, suffix: str, key: str | None) -> Sent:
    asked = query.asked()
    whole = json.dumps([asked.as_json(), suffix, upload.sha256], sort_keys=True)
    digest = hashlib.sha256(whole.encode()).digest()
    return Sent(caller.scope.account_id, key, digest, upload.sha256, suffix, asked)


def _now(caller: Caller, sent: Sent, path: FilePath) -> State:
    return sent_files.write_now(caller.conn, sent, path, writer_of(caller))


def _later(caller: Caller, sent: Sent, path: FilePath, folder: FilePath) -> State:
    return sent_files.write_later(caller.conn, sent, path, folder, writer_of(caller))


def _shown(state: State) -> BulkState:
    told = {"done": "written", "failed": "fault"}.get(state.state)
    answer = {} if told is None else {told: state.answer}
    return BulkState.model_validate(
        {"id": state.id, "state": state.state, "at": state.at, "ended_at": state.ended_at, **answer}
    )


def _json(found: BaseModel, status: int, headers: dict[str, str]) -> Response:
    return Response(found.model_dump_json(), status, headers, "application/json")
