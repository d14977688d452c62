"""What the routes of incidents have in common."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Depends, Header, Path

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission, Role
from gis_grid.incidents.service import IncidentRules, Who
from gis_grid.kit.http import AppSettings  # noqa: TC001 - FastAPI reads the annotations
from gis_grid.kit.revision import revision_of

Viewer = Annotated[Caller, may(Permission.SEE_INCIDENTS)]
Reporter = Annotated[Caller, may(Permission.REPORT_INCIDENTS)]
Handler = Annotated[Caller, may(Permission.HANDLE_INCIDENTS)]
Looker = Annotated[Caller, may(Permission.SEE_ATTACHMENTS)]
Code = Annotated[str, Path(max_length=200, description="Code of the incident.")]

REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    404: {"description": "No such incident, or it may not be seen"},
    409: {"description": "Not allowed now, or not for the caller: its `state`, and what is `allowed`"},
    412: {"description": "It has moved on: its `state` and `revision` now, and what is `allowed`"},
}


def _rules(settings: AppSettings) -> IncidentRules:
    return IncidentRules.of(settings)


Rules = Annotated[IncidentRules, Depends(_rules)]


def _revision(
    if_match: Annotated[
        str | None, Header(description='ETag of the incident as it was read, e.g. `"3"`; left out: any.')
    ] = None,
) -> int | None:
    """Return the revision that a move was made for."""
    return None if if_match is None or if_match.strip() == "*" else revision_of(if_match)


Revision = Annotated[int | None, Depends(_revision)]


def who(caller: Caller) -> Who:
    """Return who calls."""
    return Who(caller.name, caller.scope.worker_id)


def sees_private(caller: Caller) -> bool:
    """Say whether a caller is told what is between a resident and the town, at whose door it may be."""
    return bool({Role.COMMANDER, Role.WORKER, Role.AUDITOR} & set(caller.scope.roles))


def knows_names(caller: Caller) -> bool:
    """Say whether a caller is told who moved an incident: not one who only takes the town's data."""
    return bool(set(caller.scope.roles) - {Role.CONSUMER})
