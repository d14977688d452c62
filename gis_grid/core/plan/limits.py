"""How large a grid may be, and the arithmetic of when a community can be divided at all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Size(StrEnum):
    """What a grid's size is counted in (BASE-1)."""

    HOUSEHOLDS = "households"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Limits:
    """A grid holds `least` to `most`, both included; `target` is wanted.

    BASE-1: 300-500 households, or about 1,500 people (1,350-1,650).
    """

    least: int = 300
    most: int = 500
    target: int = 400
    size: Size = Size.HOUSEHOLDS

    def __post_init__(self) -> None:
        if not 0 < self.least <= self.target <= self.most:
            raise ValueError(f"expected 0 < least <= target <= most, got {self}")

    @classmethod
    def of(
        cls,
        size: Size = Size.HOUSEHOLDS,
        least: int | None = None,
        most: int | None = None,
        target: int | None = None,
    ) -> Limits:
        """Return limits in which what is not said is as BASE-1 has it, and the target in the middle.

        >>> Limits.of(Size.PEOPLE)
        Limits(least=1350, most=1650, target=1500, size=<Size.PEOPLE: 'people'>)
        """
        usual = (300, 500) if size is Size.HOUSEHOLDS else (1350, 1650)
        low, high = usual[0] if least is None else least, usual[1] if most is None else most
        return cls(low, high, (low + high) // 2 if target is None else target, size)

    def counts(self, total: int) -> range:
        """Return the numbers of grids that a total can be divided into; empty when there is none."""
        return range(max(1, -(-total // self.most)), total // self.least + 1)
