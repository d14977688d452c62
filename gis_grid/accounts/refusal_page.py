"""The page for a person whose sign-in with a provider did not come through; programs get a problem."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from gis_grid.kit.errors import BadInput, GisGridError, NotAllowed, NotSignedIn, Unavailable
from gis_grid.kit.http import STATUS

if TYPE_CHECKING:
    from fastapi import Request


class Told(NamedTuple):
    """What a person reads, in both languages."""

    zh: str
    en: str


_TOLD: Final[dict[type[GisGridError], Told]] = {
    NotAllowed: Told(
        "登录服务已确认您的身份，但本系统中没有可用的账号。请联系管理员。",
        "The sign-in service knows you, but there is no account for you here. Ask an administrator.",
    ),
    NotSignedIn: Told(
        "登录服务没有确认此次登录。您可以重新开始。",
        "The sign-in service did not confirm this sign-in. You can begin again.",
    ),
    BadInput: Told(
        "此次登录不是在本浏览器中开始的，或者已经结束、超时。请重新开始。",
        "This sign-in was not begun in this browser, or it has ended or taken too long. Begin again.",
    ),
    Unavailable: Told(
        "登录服务暂时无法使用。请稍后再试。",
        "The sign-in service cannot be used now. Try again later.",
    ),
}
_OTHERWISE: Final = Told("此次登录未能完成。", "This sign-in could not be completed.")

_TEMPLATES = Environment(
    loader=PackageLoader("gis_grid.accounts"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_STYLE: Final = _TEMPLATES.get_template("refused.css").render()
_POLICY: Final = (
    "default-src 'none'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
)


def is_wanted(request: Request) -> bool:
    """Say whether a person's browser asks, and not a program."""
    return "text/html" in request.headers.get("accept", "")


def refusal_page(error: GisGridError, onwards: str) -> HTMLResponse:
    """Return the page for what went wrong, with the status that the problem document would have.

    Parameters
    ----------
    onwards
        Path that the person wanted; the way back to the sign-in page keeps it.
    """
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    told = next((told for kind, told in _TOLD.items() if isinstance(error, kind)), _OTHERWISE)
    reason = f"{error.title}: {error.detail}" if error.detail else error.title
    text = _TEMPLATES.get_template("refused.html").render(
        told=told,
        reason=reason,
        back=f"/sign-in/?{urlencode({'next': onwards})}",
    )
    return HTMLResponse(
        text, status, headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    )
