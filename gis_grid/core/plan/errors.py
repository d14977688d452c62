"""What may go wrong while a division is edited.

```
CoreError
├── BadPlan     a grid or an atom that the plan does not have, a change of another state
└── Refused     a well-formed operation that would make a bad division; says what is possible instead
```
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gis_grid.core.errors import CoreError

if TYPE_CHECKING:
    from collections.abc import Mapping


class BadPlan(CoreError):
    """Something that the plan does not have."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An operation ready to be made.

    Parameters
    ----------
    operation
        Its name in `operations.OPERATIONS`.
    parameters
        What it takes beside the plan; geometries are in the plan's frame.
    code, numbers
        Of the sentence that says what it does, see `words`.
    """

    operation: str
    parameters: Mapping[str, Any]
    code: str
    numbers: Mapping[str, Any]


class Refused(CoreError):
    """An operation that was not done, for a reason with numbers, and what may be done instead."""

    def __init__(self, code: str, numbers: Mapping[str, Any], choices: tuple[Choice, ...] = ()) -> None:
        super().__init__(f"{code} {dict(numbers)}")
        self.code = code
        self.numbers = dict(numbers)
        self.choices = choices
