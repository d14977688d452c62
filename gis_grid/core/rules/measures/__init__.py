"""What rules measure: one module a measure, each from a case to what it finds.

A new measure is a module here, its word in :class:`~gis_grid.core.rules.rule.Measure` and a line below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gis_grid.core.rules.measures.active_days import active_days
from gis_grid.core.rules.measures.day_steps import day_steps
from gis_grid.core.rules.measures.duty_time import duty_time
from gis_grid.core.rules.measures.forms import forms
from gis_grid.core.rules.measures.incidents_moved import incidents_moved
from gis_grid.core.rules.measures.key_places import key_places
from gis_grid.core.rules.measures.online_checks import online_checks
from gis_grid.core.rules.measures.patrols import patrols
from gis_grid.core.rules.measures.sign_ins import sign_ins
from gis_grid.core.rules.measures.stand_in_time import stand_in_time
from gis_grid.core.rules.measures.time_inside import time_inside
from gis_grid.core.rules.measures.visit_coverage import visit_coverage
from gis_grid.core.rules.measures.visits import visits
from gis_grid.core.rules.rule import Measure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gis_grid.core.rules.case import Case
    from gis_grid.core.rules.found import Found

MEASURES: Final[Mapping[Measure, Callable[[Case], Found | None]]] = {
    Measure.TIME_INSIDE: time_inside,
    Measure.PATROLS: patrols,
    Measure.DUTY_TIME: duty_time,
    Measure.SIGN_INS: sign_ins,
    Measure.DAY_STEPS: day_steps,
    Measure.ONLINE_CHECKS: online_checks,
    Measure.KEY_PLACES: key_places,
    Measure.VISITS: visits,
    Measure.VISIT_COVERAGE: visit_coverage,
    Measure.INCIDENTS_MOVED: incidents_moved,
    Measure.FORMS: forms,
    Measure.ACTIVE_DAYS: active_days,
    Measure.STAND_IN_TIME: stand_in_time,
}


def measure(case: Case) -> Found | None:
    """Find what a case's rule measures; None where there is nothing to ask for."""
    return MEASURES[case.rule.measure](case)
