"""What a week was judged on is kept beside its verdicts: all but the fixes, which are kept as they came.

So what a verdict stands on can be handed out later as judging read it, whatever was changed since. Left out
is what no file may hold: what is known of classes that are only counted, and the tracks of colleagues.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

from gis_grid.core import Boundary, CleaningLimits, Fixes, WorkDays, digest
from gis_grid.core.rules.calendar import instant_ms
from gis_grid.core.rules.work import Work  # noqa: TC001 - a hint that is read at run time
from gis_grid.patrols import kept_inputs_store as store
from gis_grid.patrols.bench import Bench, hidden_classes
from gis_grid.patrols.documents import canonical, sha256
from gis_grid.patrols.named_json import named
from gis_grid.patrols.rows import moment

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Connection

    from gis_grid.core import Profile
    from gis_grid.patrols.judging import Case

_AROUND: Final = dt.timedelta(days=7)
"""A session of duty over the border of a week is judged by windows of the day before or after."""


@dataclass(frozen=True, slots=True)
class InForce:
    """Which boundary was in force from when until when, epoch milliseconds."""

    id: int
    valid_from_ms: int | None
    valid_to_ms: int | None


@dataclass(frozen=True, slots=True)
class Settings:
    """What decides beside records, fixes, boundaries and profiles.

    Attributes
    ----------
    tz
        Zone of local days.
    now_ms
        The time of judging.
    period
        First and last day that were judged.
    work_days
        As far as the week reaches, and a week more on both sides.
    """

    tz: str
    now_ms: int
    period: tuple[dt.date, dt.date]
    max_gap_s: float
    limits: CleaningLimits
    work_days: WorkDays


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What no file may hold, and so cannot be judged again.

    Attributes
    ----------
    classes
        Visit classes that are only counted.
    visits, counts
        Whether there were visits of such classes, and counts.
    stand_ins_sha256
        A digest of each stand-in's fixes.
    """

    classes: frozenset[str]
    visits: bool
    counts: bool
    stand_ins_sha256: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeptInputs:
    """What a week was judged on, but for the fixes and the outlines, of which there are digests."""

    settings: Settings
    work: Work
    left_out: LeftOut
    boundaries: tuple[InForce, ...]
    boundaries_sha256: str
    profiles: tuple[str, ...]
    fixes: int
    fixes_sha256: str


class Shareable(NamedTuple):
    """Records without what no file may hold, and what that was."""

    work: Work
    left_out: LeftOut


def shareable(work: Work, classes: Collection[str], before: LeftOut | None = None) -> Shareable:
    """Leave out visits, targets and counts of classes that are only counted.

    A moment at which something was sent is left out where it is that of such a visit.
    """
    hidden = frozenset(classes)
    theirs = [visit for visit in (*(work.visits or ()), *work.stand_in_visits) if visit.visit_class in hidden]
    sent = {visit.t_ms for visit in theirs}
    left_out = LeftOut(
        hidden | (before.classes if before else frozenset()),
        bool(theirs) or bool(before and before.visits),
        bool(work.sensitive_counts) or bool(before and before.counts),
        before.stand_ins_sha256 if before else tuple(fixes_sha256(one.fixes) for one in work.stand_ins or ()),
    )
    return Shareable(
        replace(
            work,
            visits=None
            if work.visits is None
            else tuple(one for one in work.visits if one.visit_class not in hidden),
            stand_in_visits=tuple(one for one in work.stand_in_visits if one.visit_class not in hidden),
            targets=None
            if work.targets is None
            else {word: ids for word, ids in work.targets.items() if word not in hidden},
            sensitive_counts={},
            reports_ms=None
            if work.reports_ms is None
            else tuple(at for at in work.reports_ms if at not in sent),
        ),
        left_out,
    )


def settings_of(case: Case) -> Settings:
    """Return the settings of a case."""
    bench, week = case.bench, case.week
    first, last = week.first - _AROUND, week.last + _AROUND

    def near(days: frozenset[dt.date]) -> frozenset[dt.date]:
        return frozenset(day for day in days if first <= day <= last)

    return Settings(
        bench.tz.key,
        instant_ms(bench.now),
        case.period,
        bench.max_gap_s,
        bench.limits,
        WorkDays(near(bench.work_days.holidays), near(bench.work_days.make_up)),
    )


def bench_of(settings: Settings, profiles: tuple[Profile, ...], core_version: str) -> Bench:
    """Return what a week was judged by: that of which :func:`settings_of` tells the settings."""
    return Bench(
        profiles,
        settings.work_days,
        ZoneInfo(settings.tz),
        moment(settings.now_ms),
        core_version,
        settings.max_gap_s,
        settings.limits,
    )


def fixes_sha256(fixes: Fixes) -> str:
    """Return one number for fixes."""
    return digest(fixes, [], {})


def boundaries_sha256(boundaries: Sequence[Boundary]) -> str:
    """Return one number for outlines and the times in which they are in force."""
    return digest(Fixes.of([], [], []), boundaries, {})


@dataclass(slots=True)
class Keeping:
    """Gathers what the weeks of a part are judged on, as text: no fixes stay in memory."""

    _inputs: dict[int, str] = field(default_factory=dict)
    _profiles: dict[int, tuple[str, ...]] = field(default_factory=dict)
    _documents: dict[str, str] = field(default_factory=dict)

    def take(self, case: Case) -> None:
        """Take what one worker's week is judged on."""
        work, left_out = shareable(case.work, hidden_classes(case.bench.profiles))
        kept = KeptInputs(
            settings_of(case),
            work,
            left_out,
            tuple(
                InForce(int(one.id), one.valid_from_ms, one.valid_to_ms)
                for one in case.boundaries
                if one.id is not None
            ),
            boundaries_sha256(case.boundaries),
            self._profiles_of(case.bench),
            len(case.fixes),
            fixes_sha256(case.fixes),
        )
        self._inputs[case.worker_id] = canonical(named(kept))

    def _profiles_of(self, bench: Bench) -> tuple[str, ...]:
        if id(bench) not in self._profiles:
            documents = [named(profile) for profile in bench.profiles]
            digests = tuple(sha256(document) for document in documents)
            self._documents.update(zip(digests, map(canonical, documents), strict=True))
            self._profiles[id(bench)] = digests
        return self._profiles[id(bench)]

    def store(self, conn: Connection, judgements: Mapping[int, int]) -> None:
        """Write it beside the judgements, by worker id; nothing is written twice."""
        store.add_profiles(conn, self._documents)
        store.add(conn, {judgements[worker]: text for worker, text in self._inputs.items()})
