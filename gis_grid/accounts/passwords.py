"""Passwords: which are good enough, how they are kept, and what a check of one costs.

A check costs the same whether the account is known or not: its time does not tell which accounts exist.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import digits, punctuation, whitespace
from typing import Final

from pwdlib import PasswordHash

from gis_grid.kit.errors import BadInput

SHORTEST: Final = 12
LONGEST: Final = 200
_FEWEST_DIFFERENT: Final = 6
_SHORTEST_NAME: Final = 3
_AROUND: Final = digits + punctuation + whitespace

_hasher = PasswordHash.recommended()  # argon2id, 64 MiB, 3 passes: RFC 9106's second choice

NOBODYS_HASH: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$lkq9HbbgOeDPNGbIQxs9TA$boUYnXGVJg7+keiMunNZaC+9YFNCMj6StAFgDRRWC90"
)
"""Of a random password that was thrown away: what is checked where there is no hash to check."""


@dataclass(frozen=True, slots=True)
class Match:
    """Whether a password is right, and its new hash where the stored one was made in an older way."""

    right: bool
    newer_hash: str | None = None

    def __repr__(self) -> str:
        """Never the hash."""
        return f"Match({self.right})"


def require_good(password: str, account_name: str) -> None:
    """Refuse a password that is easily guessed.

    Raises
    ------
    BadInput
        When it is too short, too long, contains the account's name, has too few different characters or is
        one of the commonest; says which, and never repeats it.
    """
    password = _settled(password)
    folded = password.casefold()
    if not SHORTEST <= len(password) <= LONGEST:
        raise _refused(f"expected {SHORTEST} to {LONGEST} characters, not {len(password)}")
    if len(account_name) >= _SHORTEST_NAME and account_name.casefold() in folded:
        raise _refused("it contains the name of the account")
    if len(set(folded)) < _FEWEST_DIFFERENT:
        raise _refused(f"expected at least {_FEWEST_DIFFERENT} different characters")
    if {folded, folded.strip(_AROUND)} & _commonest():
        raise _refused("it is one of the commonest passwords, or one with digits or signs around it")


def hashed(password: str) -> str:
    """Return what is kept of a password. It takes a processor for a while, and 64 MiB."""
    return _hasher.hash(_settled(password))


def check(password: str, stored: str | None) -> Match:
    """Check a password against its stored hash; without one it is wrong, and takes as long."""
    right, newer_hash = _hasher.verify_and_update(_settled(password), stored or NOBODYS_HASH)
    return Match(right and stored is not None, newer_hash)


def _settled(password: str) -> str:
    # The same keys give other characters on another system: full-width letters, accents in two parts.
    return unicodedata.normalize("NFKC", password)


def _refused(why: str) -> BadInput:
    return BadInput("The password is not good enough", why, where="password")


@cache
def _commonest() -> frozenset[str]:
    text = (files("gis_grid.accounts") / "common_passwords.txt").read_text("utf-8")
    return frozenset(text.split())
