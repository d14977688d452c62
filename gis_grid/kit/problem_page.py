"""A problem as a page: what a person reads whose browser opened an address that is refused."""

from __future__ import annotations

import base64
import hashlib
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse

from gis_grid.kit.features import Told
from gis_grid.kit.problem import PROBLEM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_TEMPLATES = Environment(
    loader=PackageLoader("gis_grid.kit"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_STYLE: Final = _TEMPLATES.get_template("problem.css").render()
_POLICY: Final = (
    "default-src 'none'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
)


class Onwards(NamedTuple):
    """Where a page leads."""

    href: str
    name: Told


class Words(NamedTuple):
    """What a page says above the reason."""

    heading: Told
    told: Told


_WORDS: Final[dict[int, Words]] = {
    401: Words(
        Told("请先登录", "Sign in first"),
        Told("打开这个地址需要登录。", "This address is for people who are signed in."),
    ),
    403: Words(
        Told("没有权限", "Not allowed"),
        Told(
            "你的角色不能这样做。需要的话，请找管理员。",
            "Your role does not allow it. Ask an administrator if you need it.",
        ),
    ),
    404: Words(
        Told("没有找到", "Not found"),
        Told("它不存在，或不在你的范围内。", "It does not exist, or it is outside of what you may see."),
    ),
    429: Words(
        Told("请求太多", "Too many requests"),
        Told("请稍等片刻再试。", "Wait a little, then try again."),
    ),
    503: Words(
        Told("暂时不能使用", "Not available now"),
        Told("服务正忙或正在启动。请稍后再试。", "The service is busy or starting. Try again later."),
    ),
}
_NOT_UNDERSTOOD: Final = Words(
    Told("这个地址无法处理", "This address cannot be answered"),
    Told("请按下面的说明改正。", "What is wrong with it stands below."),
)
_FAULT: Final = Words(
    Told("程序出错了", "The program has a fault"),
    Told("错误已写入日志。请告诉管理员。", "It is in the log. Tell an administrator."),
)
_HOME: Final = Told("回到首页", "To the start page")
_SIGN_IN: Final = Told("去登录", "To sign-in")


def is_for_a_person(scope: Scope) -> bool:
    """Say whether somebody opens an address in a browser, and no program or script asks."""
    return scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")


def page(
    status: int,
    words: Words,
    onwards: Onwards,
    title: str,
    detail: str,
    *,
    rows: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """Return a page in both languages.

    Parameters
    ----------
    title, detail, rows
        What the problem document says, word for word; a row has `row`, `field`, `value` and `message`.
    """
    reason = f"{title}: {detail}" if detail else title
    text = _TEMPLATES.get_template("problem.html").render(
        heading=words.heading, told=words.told, onwards=onwards, reason=reason, rows=rows
    )
    own = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(text, status, headers={**(headers or {}), **own})


def problem_page(scope: Scope, problem: Mapping[str, Any], headers: Mapping[str, str]) -> HTMLResponse:
    """Return a problem document as a page, with the headers that the document would have."""
    status: int = problem["status"]
    return page(
        status,
        _words(status),
        _way_on(scope, status),
        problem["title"],
        problem.get("detail", ""),
        rows=[{"row": None, "field": None, "value": None, **row} for row in problem.get("errors", ())],
        headers=headers,
    )


class ProblemPages:
    """Shows a problem document as a page to a person who opened its address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http" or not is_for_a_person(scope):
            await self._app(scope, receive, send)
            return
        refused: Message | None = None
        told = b""

        async def send_page(message: Message) -> None:
            nonlocal refused, told
            if message["type"] == "http.response.start" and _is_problem(message):
                refused = message
            elif refused is None:
                await send(message)
            else:
                told += message.get("body", b"")
                if not message.get("more_body"):
                    shown = problem_page(scope, json.loads(told), _without_body(refused))
                    await shown(scope, receive, send)

        await self._app(scope, receive, send_page)


def _is_problem(message: Message) -> bool:
    return Headers(raw=message["headers"]).get("content-type", "") == PROBLEM


def _without_body(refused: Message) -> MutableHeaders:
    """Return the headers but those of the document."""
    headers = MutableHeaders(raw=list(refused["headers"]))
    for name in ("content-type", "content-length"):
        del headers[name]
    return headers


def _words(status: int) -> Words:
    if status in _WORDS:
        return _WORDS[status]
    return _FAULT if status >= HTTPStatus.INTERNAL_SERVER_ERROR else _NOT_UNDERSTOOD


def _way_on(scope: Scope, status: int) -> Onwards:
    if status != HTTPStatus.UNAUTHORIZED:
        return Onwards("/", _HOME)
    wanted = f"{scope['path']}?{scope['query_string'].decode('latin-1')}".removesuffix("?")
    return Onwards(f"/sign-in/?{urlencode({'next': wanted})}", _SIGN_IN)
