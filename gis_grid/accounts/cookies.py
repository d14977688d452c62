"""The cookies of one who is signed in: the session's, and the one by which a browser is known again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gis_grid.accounts.http import COOKIE, cookie_name
from gis_grid.accounts.service.sessions import KNOWN_BROWSER, LONGEST

if TYPE_CHECKING:
    from datetime import timedelta

    from fastapi import Response

    from gis_grid.accounts.service.sessions import SignedIn
    from gis_grid.kit.settings import Settings

BROWSER_COOKIE: Final = "gis-grid-browser"


def keep(response: Response, signed_in: SignedIn, settings: Settings) -> None:
    """Let a browser keep the session that has begun, and that it was here; no script can read either."""
    _set(response, cookie_name(COOKIE, settings), signed_in.session_secret, LONGEST)
    _set(response, cookie_name(BROWSER_COOKIE, settings), signed_in.browser_secret, KNOWN_BROWSER)
    response.headers["Cache-Control"] = "no-store"


def forget_session(response: Response, settings: Settings) -> None:
    """Let a browser forget its session; it is still known as one that was here."""
    response.delete_cookie(
        cookie_name(COOKIE, settings), path="/", secure=True, httponly=True, samesite="lax"
    )


def _set(response: Response, name: str, secret: str, lasting: timedelta) -> None:
    response.set_cookie(
        name,
        secret,
        max_age=int(lasting.total_seconds()),
        path="/",
        secure=True,
        httponly=True,
        samesite="lax",
    )
