"""Recomputes the chain over the ledger and says where it was broken."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gis_grid.ledger import store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from gis_grid.ledger.checkpoint import Checkpoint
    from gis_grid.ledger.store import Link


@dataclass(frozen=True, slots=True)
class Break:
    """A place at which the ledger is not what was written.

    Attributes
    ----------
    seq, entry_id
        The link and the entry, as far as there is one.
    what
        What is wrong.
    entry
        What stands there now: when, who, what, to what.
    """

    seq: int | None
    entry_id: int | None
    what: str
    entry: str | None = None

    def __str__(self) -> str:
        """One line for a person."""
        names = [f"link {self.seq}"] * (self.seq is not None) + [f"entry {self.entry_id}"] * (
            self.entry_id is not None
        )
        now = f" (there now: {self.entry})" if self.entry else ""
        return f"{', '.join(names)}: {self.what}{now}"


@dataclass(slots=True)
class Verified:
    """What a look at the whole chain found.

    Attributes
    ----------
    good
        Entries that are what was written.
    seq, digest
        The last link and its hash: what a checkpoint keeps.
    first_break
        The first place that is not, in the order of the chain.
    breaks
        How many there are, each counted from where the chain goes on.
    """

    good: int = 0
    seq: int = -1
    digest: bytes = b""
    first_break: Break | None = None
    breaks: int = 0

    def broken(self, found: Break) -> None:
        """Count a break and keep the first."""
        self.first_break = self.first_break or found
        self.breaks += 1


def verify(conn: Connection, checkpoints: Sequence[Checkpoint] = ()) -> Verified:
    """Recompute every hash from the entries as they are now, and compare with checkpoints kept elsewhere.

    Memory does not grow with the ledger.

    Parameters
    ----------
    conn
        On the owner's login, best in one snapshot (REPEATABLE READ).
    """
    found = Verified()
    kept = {one.seq: one for one in checkpoints}
    for broken in _breaks(store.links(conn), found, kept):
        found.broken(_with_entry(conn, broken))
    if found.seq < 0:
        found.broken(Break(0, None, "the chain is gone, with the link that it begins with"))
    for one in sorted(kept.values(), key=lambda one: one.seq):
        if one.seq > found.seq:
            what = f"the end is cut off: the checkpoint of {one.at:%Y-%m-%d %H:%M} UTC has {one.seq} links"
            found.broken(Break(found.seq + 1, None, f"{what}, the ledger {max(found.seq, 0)}"))
            break
    count, first = store.unlinked(conn)
    if first is not None:
        what = f"an entry that no link has, of {count}: put in past the program, or its link was taken out"
        found.broken(_with_entry(conn, Break(None, first, what)))
    return found


def _breaks(links: Iterable[Link], found: Verified, kept: dict[int, Checkpoint]) -> Iterator[Break]:
    """Yield what is wrong, link by link; after a break the chain goes on from what is stored."""
    for link in links:
        if link.seq != found.seq + 1:
            yield Break(found.seq + 1, None, f"the link is missing; the next there is is {link.seq}")
        elif link.seq > 0:
            wrong = _wrong(link, found.digest)
            if wrong is None:
                found.good += 1
            else:
                yield Break(link.seq, link.entry_id, wrong)
        found.seq, found.digest = link.seq, link.hash
        one = kept.get(link.seq)
        if one is not None and bytes.fromhex(one.hash) != link.hash:
            what = f"the chain up to here is not that of the checkpoint of {one.at:%Y-%m-%d %H:%M} UTC"
            yield Break(link.seq, link.entry_id, f"{what}: it was written anew, or is of another database")


def link_hash(before: bytes, text: bytes) -> bytes:
    """Return the hash of a link: of the link before it, and the text of its entry."""
    return hashlib.sha256(before + text).digest()


def _wrong(link: Link, before: bytes) -> str | None:
    if link.text is None:
        return "the entry was deleted"
    if link_hash(before, link.text) != link.hash:
        return "the entry or its hash was changed, or stands in another's place"
    return None


def _with_entry(conn: Connection, broken: Break) -> Break:
    if broken.entry_id is None:
        return broken
    return Break(broken.seq, broken.entry_id, broken.what, store.entry_line(conn, broken.entry_id))
