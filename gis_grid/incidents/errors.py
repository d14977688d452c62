"""What may stand in the way of who reports or handles.

```
Conflict            right in itself, but not against what is stored now
└── MoveRefused     the move cannot be made now, or not by this person; says which can
Stale
└── IncidentMoved   somebody moved the incident since it was read
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis_grid.kit.errors import Conflict, Stale

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class MoveRefused(Conflict):
    """The move cannot be made now, or not by this person.

    Parameters
    ----------
    state, revision
        Where the incident is now.
    allowed
        Moves that this person can make instead, as the API shows them.
    """

    def __init__(
        self, detail: str, *, state: str, revision: int, allowed: Sequence[Mapping[str, Any]]
    ) -> None:
        super().__init__("The move is not allowed", detail)
        self.state = state
        self.revision = revision
        self.allowed = tuple(allowed)

    @property
    def members(self) -> Mapping[str, Any]:
        """Where the incident is, and what can be done with it."""
        # A tuple: a problem leaves out lists without anything.
        return {
            "code": "not_allowed",
            "state": self.state,
            "revision": self.revision,
            "allowed": self.allowed,
        }


class IncidentMoved(Stale):
    """Somebody moved the incident since it was read.

    Parameters
    ----------
    made_for, revision
        Which revision it was read in, and which it has now.
    """

    def __init__(
        self, made_for: int, *, state: str, revision: int, allowed: Sequence[Mapping[str, Any]]
    ) -> None:
        super().__init__(
            "The incident has moved on", f"this was made for revision {made_for}, it has {revision} now"
        )
        self.state = state
        self.revision = revision
        self.allowed = tuple(allowed)

    @property
    def members(self) -> Mapping[str, Any]:
        """Where the incident is now, and what can be done with it."""
        return {"code": "stale", "state": self.state, "revision": self.revision, "allowed": self.allowed}
