"""Who runs a command, as the ledger names them."""

from __future__ import annotations

import getpass


def operator() -> str:
    """Return the operating system's name of who runs the program; no account's name has a colon."""
    return f"cli:{getpass.getuser()}"
