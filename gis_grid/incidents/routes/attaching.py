"""Photos, sound and video of incidents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse
from starlette.requests import ClientDisconnect

from gis_grid.incidents import service
from gis_grid.incidents.media.cleaning import ALLOWED
from gis_grid.incidents.routes.asked import REFUSALS, Code, Looker, Reporter, Rules, who
from gis_grid.incidents.schemas import shown
from gis_grid.kit import clock
from gis_grid.kit.errors import BadInput, Unavailable
from gis_grid.kit.places import taken_place
from gis_grid.kit.problem import problem
from gis_grid.tracks.intake.upload import Upload, file_body, fill, nameless_file
from gis_grid.tracks.phones.message import Message

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

router = APIRouter()
uploads = APIRouter(prefix="/api", tags=["incidents"])
"""Apart, since it takes larger bodies than other routes."""

MOST_AT_ONCE: Final = 4
"""Each holds a connection while its file comes in."""
_PATIENCE_S: Final = 30.0
"""A phone sends eight photos at once; of 48 million pixels each takes most of a second of a processor."""
_FORM_BYTES: Final = 16 * 1024

Hash = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]

_REQUEST_BODY: Final = file_body(ALLOWED)


def most_bytes(largest_mib: int) -> int:
    """Return what a body may have whose file has so many MiB: a form is a little larger."""
    return (largest_mib << 20) + _FORM_BYTES


async def _one_of_few(request: Request) -> AsyncIterator[None]:
    full = Unavailable("Too many files come in", "send it again later")
    async with taken_place(request.app.state.media_places, _PATIENCE_S, full):
        yield


@uploads.post(
    "/incidents/{code}/attachments",
    status_code=201,
    response_model=shown.AttachmentShown,
    dependencies=[Depends(_one_of_few, scope="function")],
    responses={
        404: REFUSALS[404],
        408: {"description": "The file comes in too slowly"},
        409: {"description": "The incident has too many"},
        413: {"description": "The file is too large"},
    },
    openapi_extra={"requestBody": _REQUEST_BODY},
)
async def attach(request: Request, caller: Reporter, rules: Rules, code: Code) -> Any:
    """Add a photo, sound or video, as the body or as the file of a form.

    What it is is told by its bytes. Place and time are read, then it is kept without them.
    """
    await run_in_threadpool(service.require, caller.conn, code)
    now = clock.now()
    message = Message(content_type=request.headers.get("content-type", ""))
    try:
        with nameless_file(rules.media / "incoming") as file:
            upload = Upload(message, b"", now, file)
            await fill(upload, request.stream())
            if upload.fault is not None:
                raise BadInput("The form cannot be read", upload.fault)
            file.seek(0)
            content = await run_in_threadpool(file.read)
    except TimeoutError:
        return problem(
            408, "The file does not come in", "it came too slowly", headers={"Connection": "close"}
        )
    except ClientDisconnect:
        return Response(status_code=400)  # nobody reads it
    return await run_in_threadpool(
        service.attach, caller.conn, code, content, who(caller), now=now, rules=rules
    )


@router.get(
    "/incidents/{code}/attachments",
    response_model=shown.AttachmentList,
    responses={404: REFUSALS[404]},
)
def incident_attachments(caller: Looker, code: Code) -> Any:
    """List photos, sound and video of an incident."""
    return {"attachments": service.attachments(caller.conn, code)}


@router.get(
    "/incidents/{code}/attachments/{sha256}",
    response_class=FileResponse,
    responses={200: {"content": {"image/*": {}, "audio/*": {}, "video/*": {}}}, 404: REFUSALS[404]},
)
def attachment_content(caller: Looker, rules: Rules, code: Code, sha256: Hash) -> FileResponse:
    """Return the content of an attachment: to be shown or saved, never to be run."""
    content = service.content_of(caller.conn, code, sha256, rules.media)
    return FileResponse(
        content.path,
        media_type=content.media_type,
        filename=content.name,
        content_disposition_type="attachment",
        headers={
            "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )
