"""HTTP of duty: signing in and out, by one's own account or by a phone."""

from __future__ import annotations

from datetime import UTC, date
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.accounts.secrets import digest
from gis_grid.attendance import duty, schemas
from gis_grid.attendance.duty import Sign
from gis_grid.core import Datum, to_wgs84
from gis_grid.core.rules.work import SignKind
from gis_grid.kit import clock
from gis_grid.kit.errors import BadInput, NotAllowed
from gis_grid.kit.http import AppSettings, IntakeConn  # noqa: TC001 - FastAPI reads the annotations
from gis_grid.tracks import devices
from gis_grid.tracks.intake import credential
from gis_grid.tracks.intake.routes import PATH, RESPONSES, PatientRoute, kept, refuse_others
from gis_grid.tracks.phones.message import Message

if TYPE_CHECKING:
    from datetime import datetime

    from gis_grid.attendance.signing import Session

router = APIRouter(tags=["duty"])
phones_router = APIRouter(tags=["duty"], route_class=PatientRoute)

MOST_SIGN_BYTES: Final = 16 * 1024
"""What a phone may send to sign somebody in or out, before it is known whose it is."""

_REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    409: {"description": "Signed in for another duty, or twice at one time"}
}

_OF_PHONES: Final[dict[int | str, dict[str, Any]]] = {
    400: {"description": "The time cannot be"},
    401: RESPONSES[401],
    408: RESPONSES[408],
}

_BY_DEVICE: Final[dict[str, Any]] = {"security": [{"device": []}]}


async def _token(request: Request) -> bytes:
    """Return the digest of the token that a phone shows, wherever its app can put it."""
    message = Message(query=kept(request.scope["query_string"]), body=await request.body())
    return digest(credential.require(message, request.headers.get("authorization", "")).secret)


@router.post("/api/duty", responses=_REFUSALS)
def sign_own_duty(
    caller: Annotated[Caller, may(Permission.SIGN_DUTY)],
    conn: IntakeConn,
    settings: AppSettings,
    body: schemas.DutySign,
) -> schemas.SignedDuty:
    """Sign in or out of one's own duty; the answer means that it is committed."""
    now = clock.now()
    signed = _sign(body, now)
    return _answer(duty.sign(conn, _self(caller), signed, tz=settings.tz, now=now))


@router.get("/api/duty")
def read_own_duty(
    caller: Annotated[Caller, may(Permission.SIGN_DUTY)],
    settings: AppSettings,
    day: Annotated[date | None, Query(alias="date", description="Local day; left out: today.")] = None,
) -> schemas.OwnDuty:
    """Return one's own duty on a local day."""
    found = duty.own_duty(caller.conn, _self(caller), day, tz=settings.tz, now=clock.now())
    return schemas.OwnDuty(duty=[_duty(one) for one in found])


@phones_router.post("/ingest/duty", openapi_extra=_BY_DEVICE, responses={**_REFUSALS, **_OF_PHONES})
def sign_duty_of_holder(
    token: Annotated[bytes, Depends(_token)],
    conn: IntakeConn,
    settings: AppSettings,
    body: schemas.DutySign,
) -> schemas.SignedDuty:
    """Sign whoever holds the phone in or out; the answer means that it is committed."""
    now = clock.now()
    device = devices.of_token(conn, token)
    if device is None:
        raise credential.unknown()
    signed = _sign(body, now, Datum(device.datum))
    if device.issued_at is not None and signed.at < device.issued_at:
        raise BadInput("The time cannot be", f"the phone was issued at {device.issued_at.isoformat()}")
    return _answer(duty.sign(conn, devices.holder_at(device, signed.at), signed, tz=settings.tz, now=now))


refuse_others(phones_router, f"{PATH}/duty", ["POST"])


def _self(caller: Caller) -> int:
    if caller.scope.worker_id is None:
        raise NotAllowed(
            "Not a grid worker", "the account is no worker's: nobody's duty can be signed with it"
        )
    return caller.scope.worker_id


def _sign(body: schemas.DutySign, now: datetime, datum: Datum = Datum.WGS84) -> Sign:
    lon, lat = body.lon, body.lat
    if lon is not None and lat is not None:
        lon, lat = (float(degrees[0]) for degrees in to_wgs84([lon], [lat], datum))
    # A phone that says zero or less does not know.
    known = body.accuracy_m is not None and body.accuracy_m > 0 and lon is not None
    return Sign(
        kind=SignKind(body.action),
        at=now if body.at is None else body.at.astimezone(UTC),
        duty=body.kind,
        lon=lon,
        lat=lat,
        accuracy_m=body.accuracy_m if known else None,
    )


def _answer(outcome: duty.Outcome) -> schemas.SignedDuty:
    session = outcome.session
    return schemas.SignedDuty(duty=None if session is None else _duty(session), note=outcome.note)


def _duty(session: Session) -> schemas.Duty:
    return schemas.Duty(
        start=session.start, end=session.end, kind=session.duty, counts_until=session.counts_until
    )
