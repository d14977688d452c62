"""HTTP of how far an installation is."""

from typing import Annotated

from fastapi import APIRouter

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.start import store
from gis_grid.start.schemas import Start, Started

router = APIRouter(prefix="/api", tags=["start"])


# Of people at a page: no token may count accounts.
@router.get("/start")
def read_start(caller: Annotated[Caller, may(Permission.OWN_ACCOUNT)]) -> Start:
    """Return what there is already, counted within the caller's areas: what to do next follows from it."""
    found = store.started(caller.conn)
    return Start(started=None if found is None else Started.model_validate(found))
