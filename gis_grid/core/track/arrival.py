"""How a phone's messages came in, and what that says of its clock and of what it keeps to itself.

It depends on when messages came, not on where anybody was: verdicts and their digests know nothing of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from gis_grid.core.track.signs import Sign

if TYPE_CHECKING:
    from numpy.typing import NDArray

AHEAD_MS: Final = 5_000
"""A right clock shows no time so far ahead of ours: ours and theirs both follow a time service."""

# Some receivers are some seconds ahead until they know of the leap seconds: for a message or two.
_LEAST_AHEAD: Final = 3
_ENOUGH: Final = 20
_BEHIND_MS: Final = 60_000
# Of what is sent as it is measured the lag varies by seconds; of what waited for a network, by hours.
_STEADY_MS: Final = 30_000
_SILENT_SHARE: Final = 0.95


class Arrivals(NamedTuple):
    """What is kept of a day's messages; sums and extremes, so that parts of a day add up in any order.

    Attributes
    ----------
    messages : int
        How many came. A file that is imported is none.
    least_lag_ms, total_lag_ms : int
        From the newest fix of a message to its receipt: the least, and the sum.
    ahead : int
        Messages whose newest fix is more than `AHEAD_MS` later than their receipt.
    silent : int
        Messages in which no fix says how accurate it is.
    """

    messages: int
    least_lag_ms: int
    total_lag_ms: int
    ahead: int
    silent: int


class Messages(NamedTuple):
    """Messages: where the newest fix of each is, its lag until it came, and whether any says an accuracy."""

    newest: NDArray[np.intp]
    lag_ms: NDArray[np.int64]
    says: NDArray[np.bool_]


def messages_of(
    owner: NDArray[np.int64],
    message: NDArray[np.int32],
    t_ms: NDArray[np.int64],
    received_ms: NDArray[np.int64],
    accuracy_m: NDArray[np.float32],
) -> Messages:
    """Find the messages among fixes, each with its owner and the number of its message."""
    order = np.lexsort((t_ms, message, owner))
    owner, message = owner[order], message[order]
    last = np.append((owner[1:] != owner[:-1]) | (message[1:] != message[:-1]), True)[: len(order)]
    ends = np.flatnonzero(last)
    newest = order[ends]
    said = np.cumsum(accuracy_m[order] > 0)[ends]
    return Messages(newest, (received_ms - t_ms)[newest], np.diff(said, prepend=0) > 0)


def arrivals_of(messages: Messages, day: NDArray[np.intp], days: int) -> list[Arrivals]:
    """Sum up messages by the number of the day that each belongs to."""
    counts = np.bincount(day, minlength=days)
    least = np.full(days, np.iinfo(np.int64).max)
    np.minimum.at(least, day, messages.lag_ms)
    total = np.zeros(days, np.int64)
    np.add.at(total, day, messages.lag_ms)
    ahead = np.bincount(day[messages.lag_ms < -AHEAD_MS], minlength=days)
    silent = np.bincount(day[~messages.says], minlength=days)
    least[counts == 0] = 0
    columns = (counts, least, total, ahead, silent)
    return [Arrivals(*numbers) for numbers in zip(*(column.tolist() for column in columns), strict=True)]


def arrival_signs(arrivals: Arrivals) -> tuple[Sign, ...]:
    """Look for signs in how a worker's messages of one day came.

    Returns
    -------
    tuple of Sign
        Only those that show; kinds ``clock_skew``, ``no_accuracy``.
    """
    found = (_clock_skew(arrivals), _no_accuracy(arrivals))
    return tuple(sign for sign in found if sign is not None)


def _clock_skew(arrivals: Arrivals) -> Sign | None:
    """Find a clock that is wrong: fixes of the future, or every message late by the same time."""
    messages = arrivals.messages
    least_s = arrivals.least_lag_ms / 1000.0
    if arrivals.ahead >= _LEAST_AHEAD:
        share = arrivals.ahead / messages
        return Sign(
            "clock_skew",
            {"skew_s": -least_s, "share": share, "messages": float(messages)},
            f"{arrivals.ahead} 条上报（{share:.0%}）的定位时间晚于收到时间，"
            f"最多 {-least_s:.0f} 秒：手机时钟偏快。",
            f"{arrivals.ahead} messages ({share:.0%}) tell of times up to {-least_s:.0f} s after they came: "
            "the phone's clock is ahead.",
        )
    if messages < _ENOUGH or arrivals.least_lag_ms < _BEHIND_MS:
        return None
    spread_ms = arrivals.total_lag_ms / messages - arrivals.least_lag_ms
    if spread_ms > _STEADY_MS:
        return None
    return Sign(
        "clock_skew",
        {"skew_s": -least_s, "share": 1.0, "messages": float(messages), "spread_s": spread_ms / 1000.0},
        f"全部 {messages} 条上报都晚到约 {least_s:.0f} 秒：手机时钟偏慢，或上报总被延迟。",
        f"All {messages} messages came about {least_s:.0f} s late: the phone's clock is behind, "
        "or all it sends is held back.",
    )


def _no_accuracy(arrivals: Arrivals) -> Sign | None:
    """Find a phone that never says how accurate it is: every receiver knows, a made-up position need not."""
    if arrivals.messages < _ENOUGH or arrivals.silent < _SILENT_SHARE * arrivals.messages:
        return None
    share = arrivals.silent / arrivals.messages
    return Sign(
        "no_accuracy",
        {"share": share, "messages": float(arrivals.messages)},
        f"{arrivals.messages} 条上报中有 {share:.0%} 不含定位精度："
        "应用未设置上报精度，或定位并非来自接收机。",
        f"{share:.0%} of {arrivals.messages} messages say nothing of accuracy: the app is set up so, "
        "or the positions come from no receiver.",
    )
