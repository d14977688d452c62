"""What may stand in the way of a move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.core.errors import CoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis_grid.core.workflow.words import Need
    from gis_grid.core.workflow.workflow import Move


class NotAllowed(CoreError):
    """The move cannot be made from this state, or not by this person.

    Parameters
    ----------
    allowed
        What this person can do instead.
    """

    def __init__(self, message: str, *, move: str, state: str, allowed: Sequence[Move]) -> None:
        super().__init__(message, field="move", value=move)
        self.state = state
        self.allowed = tuple(allowed)


class Lacking(CoreError):
    """The move needs something that was not given.

    Parameters
    ----------
    needs
        What is missing.
    """

    def __init__(self, move: str, needs: Sequence[Need]) -> None:
        super().__init__(f"the move {move} needs {' and '.join(needs)}", field="move", value=move)
        self.needs = tuple(needs)
