"""The page for a person whose sign-in with a provider did not come through; programs get a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from gis_grid.kit.errors import BadInput, GisGridError, NotAllowed, NotSignedIn, Unavailable
from gis_grid.kit.features import Told
from gis_grid.kit.http import STATUS
from gis_grid.kit.problem_page import Onwards, Words, page

if TYPE_CHECKING:
    from fastapi.responses import HTMLResponse

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

_HEADING: Final = Told("未能登录", "Not signed in")
_BACK: Final = Told("返回登录", "Back to sign-in")


def refusal_page(error: GisGridError, onwards: str) -> HTMLResponse:
    """Return the page for what went wrong, with the status that the problem document would have.

    Parameters
    ----------
    onwards
        Path that the person wanted; the way back to the sign-in page keeps it.
    """
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    told = next((told for kind, told in _TOLD.items() if isinstance(error, kind)), _OTHERWISE)
    back = Onwards(f"/sign-in/?{urlencode({'next': onwards})}", _BACK)
    return page(status, Words(_HEADING, told), back, error.title, error.detail)
