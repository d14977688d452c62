"""Patrols: known time joined over short breaks, or sign-in to sign-out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis_grid.core.rules.evidence import Evidence


def patrol_spans(
    evidence: Evidence, duties: Sequence[tuple[int, int]] | None, patrol_break_s: float
) -> list[tuple[int, int]]:
    """Start and end of each patrol, epoch milliseconds, in order.

    Parameters
    ----------
    evidence : Evidence
    duties : sequence of (start_ms, end_ms), optional
        Duty sessions: each is a patrol, also one without any fix.
    patrol_break_s : float
        Without duties: known time is joined over breaks up to this long.
    """
    if duties is not None:
        return sorted((start, end) for start, end in duties if end > start)
    joined = evidence.known.joined(patrol_break_s)
    return [(int(start), int(end)) for start, end in evidence.presence.to_ms(joined)]
