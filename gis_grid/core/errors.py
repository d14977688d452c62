"""Errors of the pure core and of the decoders.

```
CoreError                 something given to the core cannot be used
├── BadFixes              positions: not finite, out of range, unequal lengths
├── BadBoundary           outline: crossing rings, empty, wrong type, antimeridian
├── BadGround             planning: an outline, a line or a footprint that no plan can be made on
├── BadProfile            rules as data: unknown key, missing or wrong unit, no such day
├── BadTrack              a track file that cannot be read at all
└── BadPlan, Refused      planning: see `plan/errors.py`
```

They know nothing of exit codes or HTTP statuses; the edges translate them.
"""

from __future__ import annotations


class CoreError(ValueError):
    """Something given to the core cannot be used.

    Parameters
    ----------
    message : str
        One sentence for the person who gave the input.
    where : str or int, optional
        Place of the trouble: file, line, index or position.
    field : str, optional
        Name of the field.
    value : object, optional
        What stood there.
    """

    def __init__(
        self,
        message: str,
        *,
        where: str | int | None = None,
        field: str | None = None,
        value: object = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.field = field
        self.value = value


class BadFixes(CoreError):
    """Positions that are not finite, out of range, or of unequal lengths."""


class BadBoundary(CoreError):
    """An outline that no time can be measured against."""


class BadGround(CoreError):
    """An outline, a line or a footprint that no plan can be made on."""


class BadProfile(CoreError):
    """A rule profile, an area's change of one, or a calendar with an unknown key or a wrong value."""


class BadTrack(CoreError):
    """A track file that cannot be read at all."""
