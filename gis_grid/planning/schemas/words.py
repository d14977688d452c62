"""What people write: text that terminals, files and pages show as it is."""

from __future__ import annotations

from typing import Annotated
from unicodedata import category

from pydantic import AfterValidator


def _seen(text: str) -> str:
    if any(category(letter) in {"Cc", "Cs"} and letter not in "\t\n\r" for letter in text):
        raise ValueError("expected letters that can be seen, holds a control character")
    return text


Words = Annotated[str, AfterValidator(_seen)]
"""Text without control characters but ends of lines and tabs: others would act on a colleague's terminal."""
