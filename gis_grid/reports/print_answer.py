"""A PDF that is printed when it is sent, after the request's transaction: no connection waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from gis_grid.kit.errors import Unavailable
from gis_grid.kit.places import taken_place
from gis_grid.reports.printing import printed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Receive, Scope, Send

MOST_AT_ONCE: Final = 1
"""How many files are printed at once: each takes a browser."""

_PATIENCE_S: Final = 20


class Print(Response):
    """A PDF of a page that is one file. What goes wrong is a problem document: first it is whole."""

    media_type = "application/pdf"

    def __init__(self, browser: str, page: str, headers: Mapping[str, str]) -> None:
        super().__init__(headers=dict(headers))
        self._browser = browser
        self._page = page
        self._told = dict(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Print it, and send it."""
        full = Unavailable("Other files are being printed", f"{MOST_AT_ONCE} at once; try again in a while")
        async with taken_place(scope["app"].state.print_places, _PATIENCE_S, full):
            made = await run_in_threadpool(printed, self._browser, self._page, ".pdf")
        await Response(made, headers=self._told, media_type=self.media_type)(scope, receive, send)
