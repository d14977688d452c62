"""How alike two reports are, by place, time, text and picture: a number with its parts, for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

NEAR_M: Final = 100.0
WITHIN_MS: Final = 72 * 3_600_000
LIKELY: Final = 0.6
"""From this score on a pair is shown."""

_WEIGHTS: Final = {"place": 0.35, "time": 0.15, "text": 0.4, "category": 0.1}


@dataclass(frozen=True, slots=True)
class Likeness:
    """Parts between 0 (nothing alike) and 1 (the same), and their weighted sum.

    Parameters
    ----------
    picture
        Whether both have one and the same photo, sound or video: then the score is at least 0.9.
    """

    place: float
    time: float
    text: float
    category: float
    picture: bool
    score: float


def likeness(
    *,
    metres: float | None,
    apart_ms: int,
    texts: tuple[str, str],
    addresses: tuple[str, str] = ("", ""),
    same_category: bool = False,
    same_picture: bool = False,
) -> Likeness:
    """Compare two reports.

    Parameters
    ----------
    metres
        How far apart they are; ``None`` where one has no position: then addresses are compared.

    Examples
    --------
    >>> one, other = "三单元楼道堆物", "三单元楼道堆满杂物"
    >>> likeness(metres=12, apart_ms=3_600_000, texts=(one, other), same_category=True).score > LIKELY
    True
    >>> likeness(metres=95, apart_ms=70 * 3_600_000, texts=(one, "路灯不亮")).score < LIKELY
    True
    """
    if metres is None:
        place = fuzz.ratio(*addresses) / 100 if all(addresses) else 0.0
    else:
        place = max(0.0, 1 - metres / NEAR_M)
    parts = {
        "place": place,
        "time": max(0.0, 1 - abs(apart_ms) / WITHIN_MS),
        "text": fuzz.WRatio(*texts) / 100 if all(texts) else 0.0,
        "category": float(same_category),
    }
    score = sum(_WEIGHTS[name] * value for name, value in parts.items())
    score = max(score, 0.9) if same_picture else score
    return Likeness(
        **{name: round(value, 3) for name, value in parts.items()},
        picture=same_picture,
        score=round(score, 3),
    )
