"""What a bundle holds: a case as it was judged, the verdicts that came of it, what the ledger has of both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

from gis_grid.core.rules.rule import Measure
from gis_grid.patrols.revision_store import BESIDE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gis_grid.patrols.judging import Case, Finding
    from gis_grid.patrols.kept_inputs import LeftOut

Document = dict[str, Any]

FORMAT: Final = "gis-grid-evidence"
VERSION: Final = 1

README: Final = "README.txt"
MANIFEST: Final = "manifest.json"
FIXES: Final = "fixes.csv"
BOUNDARIES: Final = "boundaries.geojson"
RECORDS: Final = "records.json"
PROFILES: Final = "profiles.json"
SETTINGS: Final = "settings.json"
VERDICTS: Final = "verdicts.json"
LEDGER: Final = "ledger.json"

MEMBERS: Final = (README, FIXES, BOUNDARIES, RECORDS, PROFILES, SETTINGS, VERDICTS, LEDGER)
"""What the manifest lists, in the order in which it stands in the file."""

PARTS: Final = {"days": "local_date", "patrols": "starts_at"}
"""Rows of which there are several, and what tells them apart; there is one of a week."""

HEAD: Final = ("profiles", "boundary_ids", "provisional", "flags")
"""What a judging finds of the week as a whole."""


@dataclass(frozen=True, slots=True)
class Contents:
    """A bundle as it is written and read.

    Attributes
    ----------
    worker
        Code of the worker.
    case
        What was judged; without an id of the worker, which is of one database only.
    left_out
        What no file may hold.
    verdicts
        The judgement as it is stored: `judgement`, `days`, `patrols`, `week`, `signs`.
    ledger
        `links` of the ledger's chain, and the `sealed` days.
    """

    worker: str
    case: Case
    left_out: LeftOut
    verdicts: Document
    ledger: Document

    @property
    def is_complete(self) -> bool:
        """Whether all that was judged on is there, or its digest."""
        return not (self.left_out.visits or self.left_out.counts)

    @property
    def not_judged_again(self) -> list[str]:
        """Ids of the rules that ask for what was left out."""
        rules = (rule for profile in self.case.bench.profiles for rule in profile.rules)
        return sorted({rule.id for rule in rules if self._needs_more(rule.measure, rule.visit_class)})

    def _needs_more(self, measure: Measure, visit_class: str | None) -> bool:
        if measure is Measure.STAND_IN_TIME:
            return bool(self.case.work.stand_ins)
        if measure in {Measure.VISITS, Measure.VISIT_COVERAGE}:
            return self.left_out.visits if visit_class is None else visit_class in self.left_out.classes
        return measure in {Measure.DAY_STEPS, Measure.ACTIVE_DAYS} and self.left_out.visits


def document_of(finding: Finding) -> Document:
    """Return what a judging found as it stands in a bundle, signs that need everyone's tracks left out."""
    head = finding.judgement
    return told(
        {name: head[name] for name in (*HEAD, "input_digest", "body_digest")},
        finding.days,
        finding.patrols,
        finding.week,
        finding.signs,
    )


def told(
    head: Mapping[str, Any],
    days: Sequence[Mapping[str, Any]],
    patrols: Sequence[Mapping[str, Any]],
    week: Mapping[str, Any],
    signs: Sequence[Mapping[str, Any]],
) -> Document:
    """Return rows of a judgement as JSON values: the same of those that are stored and those found again."""
    rows = {
        "judgement": _plain(head),
        "days": sorted(map(_plain, days), key=lambda row: str(row["local_date"])),
        "patrols": sorted(map(_plain, patrols), key=lambda row: str(row["starts_at"])),
        "week": _plain(week),
        "signs": sorted(map(_plain, signs), key=lambda row: (row["local_date"], row["kind"])),
    }
    found: Document = orjson.loads(orjson.dumps(rows, option=orjson.OPT_UTC_Z))
    return found


def own_signs(signs: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the signs that a week's own fixes show."""
    return [sign for sign in signs if sign["kind"] not in BESIDE]


_JSON: Final = frozenset({"profiles", "flags", "new_fixes", "intervals", "verdicts", "numbers"})
_KEYS: Final = frozenset({"judgement_id", "worker_id", "id", "run_id"})


def _plain(row: Mapping[str, Any]) -> Document:
    """Return a row without numbers of one database; JSON columns are text before they are stored."""
    return {
        name: orjson.loads(value) if name in _JSON and isinstance(value, str) else _in_utc(value)
        for name, value in row.items()
        if name not in _KEYS
    }


def _in_utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value
