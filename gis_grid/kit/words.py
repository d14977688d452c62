"""What people write: one rule for all free text, that what is stored can be seen as it is.

Signs that cannot be seen but turn what stands beside them around (marks and overrides of direction), or make
two texts differ that look the same, are taken out: they come along when one copies, and whoever is refused
because of one cannot find it. Control characters are refused: they act on a colleague's terminal.
"""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# The joiners U+200C and U+200D stay: some scripts and most families of emoji are written with them.
_UNSEEN: Final = re.compile(
    r"[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f]"
)


def seen(text: str) -> str:
    """Return a text without signs that cannot be seen.

    Raises
    ------
    ValueError
        When it holds a control character other than ends of lines and tabs.
    """
    if _CONTROL.search(text):
        raise ValueError("expected letters that can be seen, holds a control character")
    return _UNSEEN.sub("", text)


Words = Annotated[str, AfterValidator(seen)]
"""Free text in what is sent."""
