"""What the routes of planning have in common: who plans, which draft, in which revision, how many at once."""

from __future__ import annotations

from contextlib import asynccontextmanager, nullcontext
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import Depends, Header, Path, Query, Request, Response

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.kit.errors import Unavailable, Unconditional
from gis_grid.kit.http import AppSettings, GeoJson
from gis_grid.kit.places import taken_place
from gis_grid.kit.revision import REVISION_TAG, revision_of
from gis_grid.planning.paging import MOST_LISTED, USUALLY_LISTED, Page, Place
from gis_grid.planning.rules import PlanningRules

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager

MOST_LONG: Final = 2
"""How many requests at once may divide a community, or make its atoms: each keeps a processor busy."""
_PATIENCE_S: Final = 30.0

Planner = Annotated[Caller, may(Permission.PLAN)]
ScenarioId = Annotated[int, Path(alias="id", ge=1, lt=2**63)]

REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    404: {"description": "No such draft, or it may not be seen"},
    409: {"description": "Refused: why, by `code`, `numbers`, `zh`, `en` and `choices`; or `another_writer`"},
    412: {"description": "The draft has changed: its `revision` now, and `by` whom"},
    428: {"description": "If-Match is missing"},
}
UNCHANGED: Final[dict[int | str, dict[str, Any]]] = {
    304: {"description": "The draft is as the reader has it"},
}


def _revision(
    if_match: Annotated[str | None, Header(description='ETag of the draft as it was read: `"7"`.')] = None,
) -> int:
    """Return the revision that a change was made for."""
    if if_match is None:
        raise Unconditional("If-Match is missing", 'expected the ETag of the draft as it was read, e.g. "7"')
    return revision_of(if_match)


Revision = Annotated[int, Depends(_revision)]


def _known(
    if_none_match: Annotated[str | None, Header(description="ETags of what the asker has already.")] = None,
) -> frozenset[int]:
    """Return the revisions that whoever asks has; what is no ETag of ours is none."""
    return frozenset(int(found[1]) for found in REVISION_TAG.finditer(if_none_match or ""))


Known = Annotated[frozenset[int], Depends(_known)]
"""Where the draft has one of these revisions still, 304 is enough."""


def _rules(settings: AppSettings) -> PlanningRules:
    return PlanningRules.of(settings)


Rules = Annotated[PlanningRules, Depends(_rules)]


def _page(
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED, description="At most so many.")] = USUALLY_LISTED,
    after: Annotated[
        str | None, Query(max_length=100, description="`next` of the page before; left out: the first page.")
    ] = None,
) -> Page:
    return Page(limit, None if after is None else Place.read(after))


Paged = Annotated[Page, Depends(_page)]


def paged(page: Page, rows: list[dict[str, Any]], by: str) -> tuple[list[dict[str, Any]], str | None]:
    """Return the rows that a page shows, and where the next begins; `by` is the time they are ordered by."""
    shown = rows[: page.limit]
    return shown, str(Place(shown[-1][by], shown[-1]["id"])) if len(rows) > len(shown) else None


async def one_of_few(request: Request) -> AsyncIterator[None]:
    """Wait for one of the few places of long work, before a connection is taken.

    Raises
    ------
    Unavailable
        When none becomes free for half a minute.
    """
    full = Unavailable("Other communities are being divided", "try again in a while")
    async with taken_place(request.app.state.long_planning, _PATIENCE_S, full):
        yield


OneOfFew = Depends(one_of_few, scope="function")


def place_for(request: Request, *, long: bool) -> AbstractAsyncContextManager[None]:
    """Return what waits for such a place where the work is long, and else for nothing."""
    return asynccontextmanager(one_of_few)(request) if long else nullcontext()


def tag(revision: int) -> str:
    """Return the ETag of a revision."""
    return f'"{revision}"'


def tagged(response: Response, scenario: dict[str, Any]) -> dict[str, Any]:
    """Put a draft's ETag on its answer."""
    response.headers["ETag"] = tag(scenario["revision"])
    response.headers["Cache-Control"] = "private, no-cache"
    return scenario


def not_modified(revision: int) -> Response:
    """Return the answer that what the asker has is as it was."""
    return Response(status_code=304, headers={"ETag": tag(revision), "Cache-Control": "private, no-cache"})


def drawn(content: bytes, revision: int) -> GeoJson:
    """Return a map of a draft with its ETag."""
    return GeoJson(content, headers={"ETag": tag(revision), "Cache-Control": "private, no-cache"})
