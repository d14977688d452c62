"""Rounds of broken messages, and what must have become of each: made and judged beside those who answer.

A round is known by its seed and number alone, so that a run can go on where another one was ended.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from gis_grid.tracks.intake import credential
from gis_grid.tracks.phones.clients import CLIENTS
from gis_grid.tracks.phones.message import Message, Undecodable
from ingesting import town
from ingesting.mutating import mutated
from ingesting.specimens import RARE_SPECIMENS, SPECIMENS, Request

if TYPE_CHECKING:
    from collections.abc import Sequence

STRANGERS: Final = 0.02
RARE: Final = 0.05
SHOWN_TWICE: Final = 0.6
TURNED_AWAY: Final = frozenset({404, 405, 413, 414, 431})
"""Answers that say nothing of what a message holds: its address, its method, its size."""

NO_DUTY: Final = frozenset({400, 403, 409, 422})
"""Answers to somebody who signs for duty in a form that says so at once: nothing is kept of it."""

_CLIENTS: Final = {client.name: client for client in CLIENTS}


class Sent(NamedTuple):
    """A message in the name of a phone, and the token that it may show."""

    request: Request
    token: str


class Answer(NamedTuple):
    """What was answered."""

    status: int
    reply: bytes


class Traces(NamedTuple):
    """What the tables hold of one phone, or of its worker."""

    fixes: int
    quarantined: int
    off_duty: int
    signatures: int


class Rounds:
    """Makes rounds and judges them; what was made waits here, so that only requests go out and answers in."""

    def __init__(self) -> None:
        self._made: dict[int, list[Sent]] = {}

    def make(self, seed: int, number: int, phones: int) -> list[Request]:
        """Return a broken message of each phone, or of a stranger in its place."""
        draw = random.Random(f"{seed}/{number}")
        self._made[number] = [_made(draw, phone) for phone in range(1, phones + 1)]
        return [sent.request for sent in self._made[number]]

    def judge(self, number: int, answers: Sequence[Answer], found: Sequence[Traces]) -> Counter[str]:
        """Say what became of each message of a round.

        Raises
        ------
        AssertionError
            When one cannot be accounted for.
        """
        became: Counter[str] = Counter()
        for sent, answer, traces in zip(self._made.pop(number), answers, found, strict=True):
            what, why_not = judged(sent, answer, traces)
            assert why_not is None, f"round {number}: {why_not}: {str((sent, answer, traces))[:20_000]}"
            became[what] += 1
        return became


def _made(draw: random.Random, phone: int) -> Sent:
    token = town.token_of(phone)
    if draw.random() < STRANGERS:
        token = draw.choice((f"ggd_{'x' * 43}", "ggd_", "someone", token[:-1], ""))
    kinds = SPECIMENS if draw.random() > RARE else RARE_SPECIMENS
    request = draw.choice(kinds).of(token, draw.randrange(12 * 3600))
    if draw.random() < SHOWN_TWICE:  # else most of what breaks a query or a body breaks the token
        request = replace(request, headers={**request.headers, b"authorization": b"Bearer " + token.encode()})
    return Sent(mutated(request, draw), token)


def judged(sent: Sent, answer: Answer, traces: Traces) -> tuple[str, str | None]:
    """Return what became of a message, and what is wrong with that."""
    status, path = answer.status, sent.request.path
    if status >= 500 or status < 200:
        return "", "failed"
    if status != 200:
        what = f"turned away ({status})"
        if any(traces):
            return what, "turned away, and yet left something"
        if status in TURNED_AWAY or (path == "/ingest/duty" and status in NO_DUTY):
            return what, None
        return what, "turned away" if status != 401 or shows_token(sent) else None
    if not shows_token(sent):
        return "", "taken from a stranger"
    if path == "/ingest/tracks":
        return _file_judged(json.loads(answer.reply), traces)
    if path == "/ingest/duty":
        noted = traces.signatures or json.loads(answer.reply)["note"]
        return "signed for duty", None if noted else "no signature"
    if traces.quarantined:
        return "in quarantine" + (", with positions stored" if traces.fixes else ""), None
    if traces.fixes + traces.off_duty:
        return "stored" if traces.fixes else "off duty, counted", _wrong_number(sent, traces)
    return "no position (heartbeats and the like)", _wrong_number(sent, traces)


def _file_judged(said: dict[str, int], traces: Traces) -> tuple[str, str | None]:
    """Hold what was answered to a file against the tables; one that is known counts nothing off duty."""
    what = "file in quarantine" if said["quarantined"] else "file stored, or off duty"
    wrong = (
        said["added"] != traces.fixes
        or traces.off_duty not in {said["off_duty"], 0}
        or said["quarantined"] != bool(traces.quarantined)
        or ((said["left_out"] or said["error"] or not said["read"]) and not traces.quarantined)
    )
    return what, f"the answer says {said}" if wrong else None


def shows_token(sent: Sent) -> bool:
    """Say whether the phone's own token is whole, and the first one that is shown."""
    request, token = sent.request, sent.token.encode()
    if len(sent.token) != len(town.token_of(1)) or b"xxx" in token:
        return False
    if request.headers.get(b"authorization") == b"Bearer " + token or request.path.endswith(sent.token):
        return True
    message = message_of(request)
    # A file is not read before it is known whose it is.
    shown = credential.find(replace(message, body=b"") if request.path == "/ingest/tracks" else message)
    return shown is not None and shown.secret == sent.token


def message_of(request: Request) -> Message:
    """Return what a decoder is given; PostgreSQL holds no NUL in a text."""
    kind = request.headers.get(b"content-type", b"")
    query, content_type = (text.replace(b"\0", b"").decode("latin-1") for text in (request.query, kind))
    return Message(request.method, query, content_type, request.body)


def _wrong_number(sent: Sent, traces: Traces) -> str | None:
    """Hold what was stored or counted against what the app's own decoder reads, when all of it was good."""
    client = _CLIENTS[sent.request.path.split("/")[2]]
    try:
        said = client.decode(credential.without_tokens(message_of(sent.request)))
    except Undecodable as error:
        return f"not in quarantine, though {error}"
    if said.faults:
        return f"not in quarantine, though {said.faults[0]}"
    positions = len({position[:3] for position in said.positions})
    if not positions <= traces.fixes + traces.off_duty <= len(said.positions):
        return f"{positions} different positions of {len(said.positions)}"
    return None
