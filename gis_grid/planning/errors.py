"""What may stand in the way of who plans.

```
Conflict            right in itself, but not against what is stored now
├── AnotherWriter   somebody else works on the community now
└── RefusedEdit     what was asked for would make a bad division; says what may be done instead
Stale
└── DraftChanged    the draft has changed since it was read
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis_grid.kit.errors import Conflict, Stale

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
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

    @property
    def members(self) -> Mapping[str, Any]:
        """The code, and who until when."""
        return {"code": "another_writer", "name": self.name, "until": self.until.isoformat()}


class DraftChanged(Stale):
    """The draft has changed since it was read.

    Parameters
    ----------
    made_for, revision
        Which revision it was read in, and which it has now.
    by
        Who made it what it is.
    """

    def __init__(self, made_for: int, revision: int, by: str) -> None:
        super().__init__(
            "The draft has changed", f"this was made for revision {made_for}, it has {revision} now, by {by}"
        )
        self.revision = revision
        self.by = by

    @property
    def members(self) -> Mapping[str, Any]:
        """The revision that it has now, and by whom."""
        return {"code": "stale", "revision": self.revision, "by": self.by}


class RefusedEdit(Conflict):
    """What was asked for would make a bad division.

    Parameters
    ----------
    code, numbers
        The reason, for programs.
    zh, en
        The same for people.
    choices
        What may be done instead: each with `zh`, `en` and an `edit` ready to be sent.
    """

    def __init__(
        self, code: str, numbers: Mapping[str, Any], *, zh: str, en: str, choices: Sequence[Mapping[str, Any]]
    ) -> None:
        super().__init__("The edit was not made", en)
        self.code = code
        self.numbers = dict(numbers)
        self.zh = zh
        self.en = en
        self.choices = tuple(choices)

    @property
    def members(self) -> Mapping[str, Any]:
        """The reason for programs and for people, and what may be done instead."""
        return {
            "code": self.code,
            "numbers": self.numbers,
            "zh": self.zh,
            "en": self.en,
            # A tuple: a problem leaves out lists without anything.
            "choices": self.choices,
        }
