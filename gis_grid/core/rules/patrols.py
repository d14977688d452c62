"""Patrols: known time joined over short breaks, or sign-in to sign-out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis_grid.core.rules.evidence import Evidence
    from gis_grid.core.rules.spans import Span
    from gis_grid.core.rules.work import Duty


def patrol_spans(evidence: Evidence, duties: Sequence[Duty] | None, patrol_break_s: float) -> list[Span]:
    """Start and end of each patrol, epoch milliseconds, in order.

    Parameters
    ----------
    evidence : Evidence
    duties : sequence of Duty, optional
        Duty sessions: each is a patrol, also one without any fix.
    patrol_break_s : float
        Without duties: known time is joined over breaks up to this long.
    """
    if duties is not None:
        return sorted({(duty.start_ms, duty.end_ms) for duty in duties if duty.end_ms > duty.start_ms})
    return evidence.in_ms(evidence.known.joined(patrol_break_s))
