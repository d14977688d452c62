"""Signs of tracks that nobody walked: how many planted ones show, and how many honest ones are accused."""

from __future__ import annotations

import time
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np
from city.forgeries import COPIES, copy_of, made_up, walked_again

from contests.report import Section, rate
from gis_grid.core import clean, copied, signs

if TYPE_CHECKING:
    from contests.scale import Scale
    from contests.tasks import Days
    from gis_grid.core import Fixes

_HONEST: Final = "the same path walked again"
_JITTERS_M: Final = (0.0, 0.3, 1.0, 3.0)
_MADE_UP: Final = frozenset({"constant_accuracy", "equal_steps", "noiseless", "drawn_noise"})


def contest(days: Days, scale: Scale) -> Section:
    """Plant forgeries of each kind among honest days."""
    section = Section(
        "Signs of a copied or made-up track",
        ("tracks", "how many", "with a sign", "fixes/s/core"),
    )
    random = np.random.default_rng(5)
    _copies(section, days, scale.planted, random)
    _mocks(section, days, scale.planted, random)
    section.remarks.append(
        "Pairs are found by what is kept of each track; rounding, thinning and noise blind that."
    )
    return section


def _copies(section: Section, days: Days, planted: int, random: np.random.Generator) -> None:
    """Copy tracks in every way, and look for pairs among all tracks."""
    kinds = (*COPIES, _HONEST)
    planted = min(planted, days.tracks.workers // len(kinds))
    originals = random.choice(days.tracks.workers, planted * len(kinds), replace=False)
    tracks: dict[tuple[str, int], Fixes] = {
        ("", worker): days.tracks.fixes(worker) for worker in range(days.tracks.workers)
    }
    for number, worker in enumerate(originals.tolist()):
        kind = kinds[number // planted]
        if kind == _HONEST:
            tracks[kind, worker] = walked_again(days.tracks, worker, random)
        else:
            tracks[kind, worker] = copy_of(tracks["", worker], kind, random)
    copied(dict(islice(tracks.items(), 2)))  # compiles
    started = time.process_time()
    pairs = copied(tracks)
    cpu_s = time.process_time() - started
    found = dict.fromkeys(kinds, 0)
    for first, second, *_ in pairs:
        kind = first[0] or second[0]
        if first[1] == second[1] and kind in found:
            found[kind] += 1
    wrong = len(pairs) - sum(found.values())
    section.rows += [(f"copied: {kind}", str(planted), str(found[kind]), "") for kind in COPIES]
    section.rows.append((f"honest: {_HONEST}", str(planted), str(found[_HONEST]), ""))
    fixes = sum(len(track) for track in tracks.values())
    section.rows.append(("pairs of honest days", f"{len(tracks):,} tracks", str(wrong), rate(fixes / cpu_s)))


def _mocks(section: Section, days: Days, planted: int, random: np.random.Generator) -> None:
    """Make up tracks with more and more jitter, and look at each alone."""
    for jitter_m in _JITTERS_M:
        made = [clean(made_up(jitter_m, random)) for _ in range(planted)]
        found = sum(any(sign.kind in _MADE_UP for sign in signs(one)) for one in made)
        section.rows.append((f"made up, {jitter_m:g} m of jitter", str(planted), str(found), ""))
    honest = [clean(days.tracks.fixes(worker)) for worker in range(days.tracks.workers)]
    started = time.process_time()
    accused = sum(any(sign.kind in _MADE_UP for sign in signs(one)) for one in honest)
    cpu_s = time.process_time() - started
    speed = rate(len(days.tracks) / cpu_s)
    section.rows.append(("honest days, looked at alone", f"{len(honest):,}", str(accused), speed))
