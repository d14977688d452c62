"""`POST /ingest/tracks`: a track file of a device, of any size, as the body or as the file of a form."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.params import Security
from pydantic import BaseModel, Field
from starlette.requests import ClientDisconnect

from gis_grid.accounts.secrets import digest
from gis_grid.kit.clock import now
from gis_grid.kit.errors import GisGridError, NotFound, NotSignedIn, Unavailable
from gis_grid.kit.problem import problem
from gis_grid.tracks.intake import credential
from gis_grid.tracks.intake.declared import Declared  # noqa: TC001 - FastAPI reads it
from gis_grid.tracks.intake.file_import import require_device, take_in_file
from gis_grid.tracks.intake.progress import Progress, progress_of
from gis_grid.tracks.intake.routes import PATH, RESPONSES, device_token, kept, refuse_others
from gis_grid.tracks.intake.upload import Upload, file_body, fill, nameless_file, plain_name
from gis_grid.tracks.phones.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from gis_grid.tracks.intake.file_import import FileTaken
    from gis_grid.tracks.intake.group import Policy

log = logging.getLogger(__name__)

_AT_ONCE: Final = 8
_AT_ONCE_OF_A_DEVICE: Final = 2
_LATER: Final = "send it again later"
# An answer before the body was read: the rest of it is not waited for.
_ENDS: Final = {"Connection": "close"}
_TYPES: Final = {
    "text/csv": "csv",
    "application/gpx+xml": "gpx",
    "application/geo+json": "geojson",
    "application/json": "json",
}
_PARQUET: Final = "application/vnd.apache.parquet"


class Uploads:
    """Files that come in: where they are kept meanwhile, and how many at a time.

    Parameters
    ----------
    engine
        The login that writes fixes and reads none.
    folder
        Where a file is while it comes in and is read.
    """

    def __init__(self, engine: Engine, policy: Policy, folder: Path) -> None:
        self.engine = engine
        self.policy = policy
        self.folder = folder
        self._of_devices: Counter[int] = Counter()
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def states(self) -> Path:
        """Where it is noted how far files are for which nobody waits."""
        return self.folder / "states"

    @contextmanager
    def place(self, device_id: int) -> Iterator[None]:
        """Count an upload while it lasts.

        Raises
        ------
        Unavailable
            When there are too many, of all devices or of this one.
        """
        if self._of_devices.total() >= _AT_ONCE or self._of_devices[device_id] >= _AT_ONCE_OF_A_DEVICE:
            raise Unavailable("Too many files come in", _LATER)
        self._of_devices[device_id] += 1
        try:
            yield
        finally:
            self._of_devices[device_id] -= 1
            self._of_devices += Counter()  # lets go of devices with none

    async def take_in(self, upload: Upload) -> FileTaken:
        """Take a file in when it is its turn: one at a time, so that phones are not kept waiting."""
        async with self._turn:
            return await asyncio.to_thread(take_in_file, self.engine, upload, self.policy)

    def begin(self, upload: Upload, device_id: int, held: ExitStack) -> Progress:
        """Take a file in after the answer; what is held for it is let go then.

        Raises
        ------
        Unavailable
            When its state cannot be kept.
        """
        with held:
            progress = Progress(self.states, device_id, upload.size, now())
            upload.tell = lambda size, rows: progress.tell("reading", bytes=size, rows=rows)
            task = asyncio.create_task(self._finish(upload, progress, held.pop_all()))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return progress

    async def _finish(self, upload: Upload, progress: Progress, held: ExitStack) -> None:
        with held:
            try:
                taken = await self.take_in(upload)
            except GisGridError as error:
                tell = partial(progress.tell, "failed", error=f"{error.title}: {error.detail}")
            except Exception:
                log.exception("a file could not be taken in")
                tell = partial(progress.tell, "failed", error="the program has a fault, it is in the log")
            else:
                tell = partial(progress.tell, "done", bytes=upload.size, taken=_answer(taken).model_dump())
            await asyncio.to_thread(tell)


class BadRow(BaseModel):
    """A row that was left out."""

    row: int | str = Field(description="Line of a CSV file, number of the point or row in others; from 1.")
    field: str | None
    value: str | None
    message: str


class Taken(BaseModel):
    """What came of a file; committed."""

    read: int = Field(description="Fixes that can be used.")
    added: int = Field(description="New ones of them.")
    known: int = Field(description="Those that were there before, or stand in the file twice.")
    off_duty: int = Field(description="Those outside duty: dropped, and only counted.")
    left_out: int = Field(description="Rows that cannot be used.")
    without_zone: int = Field(description="Times that name no zone and were read as local.")
    untimed: int = Field(description="Points without a time beside a track: not read.")
    overlapping: int = Field(description="Recordings that share time with another one of the file.")
    errors: list[BadRow] = Field(description="The first 100 rows that were left out.")
    error: str | None = Field(description="Why the file could not be read, or not to its end.")
    quarantined: bool = Field(description="Whether it is kept aside for a person to look at.")


class State(BaseModel):
    """How far a file is for which nobody waits."""

    state: Literal["waiting", "reading", "done", "failed", "lost"] = Field(
        description="`done`: committed. `failed`, or `lost` with the program: nothing is stored."
    )
    size: int = Field(description="Bytes of the file.")
    bytes: int = Field(description="Bytes that are read.")
    rows: int = Field(description="Usable fixes so far.")
    taken: Taken | None = None
    error: str | None = None


router = APIRouter(prefix=PATH, tags=["ingest"], dependencies=[Security(device_token)])

_REQUEST_BODY: Final = file_body([*_TYPES, _PARQUET, "application/octet-stream"])
_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    202: {
        "model": State,
        "description": "With `Prefer: respond-async`: the file is here and will be read; `Location` names "
        "where it is told how far it is.",
    },
    401: RESPONSES[401],
    408: {
        "description": "Nothing came for a minute, less than 16 KiB a second after the first one, or not all "
        "of it in an hour."
    },
    413: {"description": "The file is too large."},
    503: RESPONSES[503],
}


@router.post(
    "/tracks", response_model=Taken, responses=_RESPONSES, openapi_extra={"requestBody": _REQUEST_BODY}
)
async def post_tracks(request: Request, declared: Annotated[Declared, Query()]) -> Response:
    """Take in a file of tracks: CSV, GPX, GeoJSON, MF-JSON or GeoParquet, which its beginning tells.

    The answer means that it is committed. What can be read is stored; rows that cannot are told of, and a
    file with such rows is kept in quarantine, or its first MiB. The same file again adds nothing.
    """
    uploads: Uploads = request.app.state.uploads
    try:
        message, secret_digest = _shown(request)
        device_id = await asyncio.to_thread(require_device, uploads.engine, secret_digest)
        with ExitStack() as held:
            held.enter_context(uploads.place(device_id))
            upload = Upload(
                message,
                secret_digest,
                now(),
                held.enter_context(nameless_file(uploads.folder)),
                name=plain_name(declared.name or "") or _name_of(message.content_type),
                columns=declared.columns,
                only_user=declared.only_user,
            )
            await fill(upload, request.stream())
            if "respond-async" in request.headers.get("prefer", "").lower():
                progress = uploads.begin(upload, device_id, held.pop_all())
                return _to_ask_for(progress, upload)
            taken = await uploads.take_in(upload)
    except NotSignedIn as error:
        return _not_signed_in(error)
    except Unavailable as error:
        return problem(503, error.title, error.detail, headers={"Retry-After": "5", **_ENDS})
    except TimeoutError:
        return problem(408, "The file does not come in", "it came too slowly", headers=_ENDS)
    except ClientDisconnect:
        return Response(status_code=400)  # nobody reads it
    return _json(_answer(taken))


@router.get(
    "/tracks/{id}",
    response_model=State,
    responses={401: _RESPONSES[401], 404: {"description": "No such file of this device within a day."}},
)
async def get_tracks_state(request: Request, id: str) -> Response:  # noqa: A002 - its name in the path
    """Say how far a file is that was sent with `Prefer: respond-async`; kept for a day."""
    uploads: Uploads = request.app.state.uploads
    try:
        _, secret_digest = _shown(request)
        device_id = await asyncio.to_thread(require_device, uploads.engine, secret_digest)
        state = await asyncio.to_thread(progress_of, uploads.states, id, device_id, now())
    except NotSignedIn as error:
        return _not_signed_in(error)
    except NotFound as error:
        return problem(404, error.title, error.detail)
    return _json(State.model_validate(state))


refuse_others(router, f"{PATH}/tracks", ["POST"])
refuse_others(router, f"{PATH}/tracks/{{id}}", ["GET"])


def _to_ask_for(progress: Progress, upload: Upload) -> Response:
    headers = {"Location": f"/ingest/tracks/{progress.id}", "Preference-Applied": "respond-async"}
    return _json(State(state="waiting", size=upload.size, bytes=0, rows=0), 202, headers)


def _json(found: BaseModel, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    # Escaped: what stood in the file may be no text.
    return Response(json.dumps(found.model_dump()), status, headers, "application/json")


def _not_signed_in(error: NotSignedIn) -> Response:
    return problem(401, error.title, error.detail, headers={"WWW-Authenticate": "Bearer", **_ENDS})


def _shown(request: Request) -> tuple[Message, bytes]:
    """Return the request without its body and its token, and the token's digest."""
    headers = request.headers
    message = Message(
        method=request.method,
        query=kept(request.scope["query_string"]),
        content_type=kept(headers.get("content-type", "").encode("latin-1")),
        user_agent=kept(headers.get("user-agent", "").encode("latin-1")),
    )
    shown = credential.require(message, headers.get("authorization", ""))
    return shown.message, digest(shown.secret)


def _name_of(content_type: str) -> str:
    ending = _TYPES.get(content_type.partition(";")[0].strip().lower())
    return "upload" if ending is None else f"upload.{ending}"


def _answer(taken: FileTaken) -> Taken:
    rows = [
        BadRow(row=one.row, field=one.field, value=one.value, message=one.message) for one in taken.errors
    ]
    return Taken(
        read=taken.read,
        added=taken.added,
        known=taken.known,
        off_duty=taken.off_duty,
        left_out=taken.left_out,
        without_zone=taken.without_zone,
        untimed=taken.untimed,
        overlapping=taken.overlapping,
        errors=rows,
        error=taken.error,
        quarantined=taken.quarantined,
    )
