"""How a page of a report is given out: in the program, in a frame of another page, or as a file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Theme(StrEnum):
    """Light or dark, where a reader has chosen."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is given out.

    Parameters
    ----------
    on_its_own
        One file that needs no server, instead of a page that loads our files.
    framed
        Inside a sandboxed frame: what chooses and leads elsewhere stands around it.
    theme
        ``None`` follows the system.
    """

    on_its_own: bool = False
    framed: bool = False
    theme: Theme | None = None

    @property
    def is_alone(self) -> bool:
        """Whether no page stands around it and the program does, so that it chooses and leads by itself."""
        return not (self.on_its_own or self.framed)

    @property
    def color_scheme(self) -> str:
        """What the page's own controls and scroll bars look like."""
        return self.theme or "light dark"

    @property
    def dark_when(self) -> str | None:
        """Return when the dark colours hold, as a media query; ``None`` for never. Paper is light."""
        if self.theme is Theme.LIGHT:
            return None
        return "screen" if self.theme is Theme.DARK else "screen and (prefers-color-scheme: dark)"


PAGE = Look()
FILE = Look(on_its_own=True)
