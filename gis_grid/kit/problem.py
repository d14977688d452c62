"""Problem documents (RFC 9457): how every error is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

PROBLEM: Final = "application/problem+json"


def problem(
    status: int, title: str, detail: str = "", *, headers: Mapping[str, str] | None = None, **members: Any
) -> JSONResponse:
    """Return a problem document; empty members are left out."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **members}
    return JSONResponse(
        {key: value for key, value in body.items() if value not in ("", [], None)},
        status,
        headers=dict(headers or {}),
        media_type=PROBLEM,
    )
