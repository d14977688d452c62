"""HTTP of signing in and out, of one's own sessions and of one's own password."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Response

from gis_grid.accounts import cookies
from gis_grid.accounts.door import AVisitor, OwnSession, own_origin, own_session
from gis_grid.accounts.http import csrf_token
from gis_grid.accounts.schemas import (
    LinkSecret,
    NameAndPassword,
    NewPassword,
    PasswordChange,
    Session,
    SessionList,
    SessionListed,
)
from gis_grid.accounts.service import links, sessions, sign_in
from gis_grid.accounts.service.sessions import SignedIn
from gis_grid.kit.clock import now
from gis_grid.kit.http import AppSettings, Door, DoorConn
from gis_grid.kit.settings import Settings

router = APIRouter(tags=["sign-in"])

Oneself = Annotated[OwnSession, own_session()]
_OWN_PAGE = [Depends(own_origin)]

_REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    401: {"description": "Not the password, or not a link that works"},
    403: {"description": "Another site's page asks"},
    429: {"description": "Too many tries: again after the seconds that `Retry-After` names"},
}


@router.post("/session", dependencies=_OWN_PAGE, responses=_REFUSALS)
def sign_in_by_password(
    door: Door, visitor: AVisitor, shown: NameAndPassword, response: Response, settings: AppSettings
) -> Session:
    """Sign in by name and password; a session that the browser showed ends."""
    password = shown.password.get_secret_value()
    return _begun(response, settings, sign_in.by_password(door, shown.name, password, visitor, now()))


@router.post("/session/link", dependencies=_OWN_PAGE, responses=_REFUSALS)
def sign_in_by_link(
    conn: DoorConn, visitor: AVisitor, shown: LinkSecret, response: Response, settings: AppSettings
) -> Session:
    """Sign in by a link, which works once."""
    return _begun(response, settings, links.sign_in(conn, shown.secret.get_secret_value(), visitor, now()))


@router.get("/session")
def read_session(oneself: Oneself, response: Response, settings: AppSettings) -> Session:
    """Say who is signed in and what they may do."""
    response.headers["Cache-Control"] = "no-store"
    return Session.of(oneself.account, csrf_token(oneself.secret))


@router.delete("/session", status_code=204)
def sign_out(oneself: Oneself, response: Response, settings: AppSettings) -> None:
    """End this session."""
    with oneself.door() as conn:
        sessions.end(conn, oneself.live, oneself.live.id, now())
    cookies.forget_session(response, settings)


@router.get("/sessions")
def read_sessions(oneself: Oneself) -> SessionList:
    """List one's own sessions, the one used last first."""
    with oneself.door() as conn:
        found = sessions.listed(conn, oneself.account.id, now())
    listed = [SessionListed.model_validate(session) for session in found]
    return SessionList(
        sessions=[one.model_copy(update={"current": one.id == oneself.live.id}) for one in listed]
    )


@router.delete("/sessions/{id}", status_code=204)
def end_session(oneself: Oneself, session_id: Annotated[int, Path(alias="id", ge=1, lt=2**63)]) -> None:
    """End one of one's own sessions."""
    with oneself.door() as conn:
        sessions.end(conn, oneself.live, session_id, now())


@router.post("/password", status_code=204, responses={429: _REFUSALS[429]})
def change_password(oneself: Oneself, wanted: PasswordChange) -> None:
    """Change one's own password; all other sessions end."""
    old, new = wanted.old.get_secret_value(), wanted.new.get_secret_value()
    sign_in.change_password(oneself.door, oneself.live, old, new, now())


@router.post("/password/link", dependencies=_OWN_PAGE, responses=_REFUSALS)
def set_password(
    conn: DoorConn, visitor: AVisitor, wanted: NewPassword, response: Response, settings: AppSettings
) -> Session:
    """Set a password by a link, which works once, and sign in; older sessions and links end."""
    secret, password = wanted.secret.get_secret_value(), wanted.password.get_secret_value()
    return _begun(response, settings, links.set_password(conn, secret, password, visitor, now()))


def _begun(response: Response, settings: Settings, signed_in: SignedIn) -> Session:
    cookies.keep(response, signed_in, settings)
    return Session.of(signed_in.account, csrf_token(signed_in.session_secret))
