"""The fuzz of taking fixes in, with more broken messages than in `make test`; a million: its results."""

from __future__ import annotations

import pytest
from broken_messages import send_broken

pytestmark = pytest.mark.slow


def test_thousands_of_broken_messages_are_stored_counted_or_in_quarantine_and_none_fails() -> None:
    send_broken(5000)
