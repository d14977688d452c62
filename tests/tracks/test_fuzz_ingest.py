"""A thousand of the million broken messages of `benchmarks/fuzz_ingest.py`: none fails, none is lost."""

from __future__ import annotations

import pytest
from broken_messages import send_broken

pytestmark = pytest.mark.slow


def test_every_broken_message_is_stored_counted_or_in_quarantine_and_none_fails() -> None:
    send_broken(1000)
