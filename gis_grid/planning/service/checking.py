"""Whether a draft may be published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.core.plan.checks import Severity, check_ground, checks
from gis_grid.core.plan.words import said
from gis_grid.kit.errors import Conflict, RowError
from gis_grid.planning.service.wording import names

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gis_grid.planning.service.states import Draft


def require_sound(conn: Connection, draft: Draft) -> None:
    """Refuse to publish what is no division.

    Raises
    ------
    Conflict
        With every error; grids out of limits are none once they are accepted as exceptions.
    """
    if not draft.plan.division.labels().size:
        raise Conflict("The draft has no grid", "divide the community first")
    # What was in force once may be so again, whatever its shapes: only its ground is looked at.
    untouched = draft.row.restores is not None and draft.row.position == 0
    found = [*check_ground(draft.plan), *(() if untouched else checks(draft.plan))]
    name = names(conn, draft)
    errors = [
        RowError(check.code, None, None, said(check.code, check.numbers, name).en)
        for check in found
        if check.severity is Severity.ERROR
    ]
    if errors:
        raise Conflict(
            "The draft has errors",
            f"{len(errors)}; mend them, or accept grids outside the limits as exceptions",
            errors=errors,
        )
