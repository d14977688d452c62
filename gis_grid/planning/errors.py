"""What may stand in the way of who plans.

```
Conflict            right in itself, but not against what is stored now
└── AnotherWriter   somebody else works on the community now
Stale               the draft has changed since it was read
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.kit.errors import Conflict

if TYPE_CHECKING:
    from datetime import datetime


class AnotherWriter(Conflict):
    """Somebody else works on the community now.

    Parameters
    ----------
    name
        The other account.
    until
        From then on one may take over, unless the other goes on working.
    """

    def __init__(self, name: str, until: datetime) -> None:
        super().__init__(
            "Somebody else works on this community",
            f"{name} has changed a draft of it within the last ten minutes; take over at {until.isoformat()}",
        )
        self.name = name
        self.until = until
