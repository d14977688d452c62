"""One rule out of a profile's document; :mod:`~gis_grid.core.rules.profile` describes its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from gis_grid.core.rules.rule import Days, Measure, Relief, Rule, Scope, Step, Unit
from gis_grid.core.rules.shapes import SHAPES, Shape
from gis_grid.core.rules.units import LENGTHS, TIMES, Amount, read_amount
from gis_grid.core.rules.work import DutyKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gis_grid.core.rules.rule import Window
    from gis_grid.core.rules.table import Table

COMMON: Final = ("id", "title_zh", "title_en", "measure", "scope")
AT_LEAST: Final = ("at_least", "at_least_in_each_window")
_DAY_S: Final = 86400.0
# A patrol may go on for longer than a day.
_MOST_DAYS: Final = {Scope.DAY: 1, Scope.WEEK: 7, Scope.MONTH: 31, Scope.QUARTER: 92}
_LONG: Final = (Scope.WEEK, Scope.MONTH, Scope.QUARTER)


def parse_rule(table: Table, windows: Mapping[str, Window]) -> Rule:
    """Read one rule.

    Parameters
    ----------
    table : Table
    windows : mapping
        Those of the profile, by name.

    Raises
    ------
    BadProfile
    """
    rule_id, title_zh, title_en = (table.text(key) for key in ("id", "title_zh", "title_en"))
    measure = table.choice("measure", Measure)
    shape = SHAPES[measure]
    scope = table.choice("scope", shape.scopes)
    table.finish({*COMMON, *_options(shape, scope)}, f"for {measure} over a {scope}")
    for key in sorted(shape.needs):
        table.value(key)
    open_in = _windows(table, windows)
    asked = _asked(table, shape, scope, len(open_in))
    return Rule(
        id=rule_id,
        title_zh=title_zh,
        title_en=title_en,
        measure=measure,
        scope=scope,
        required=asked.required,
        unit=asked.unit,
        days=table.choice("days", Days) if scope is Scope.DAY or table.has("days") else Days.ALL,
        windows=open_in,
        in_each_window=table.has("at_least_in_each_window"),
        duty_kinds=_duty_kinds(table),
        only_duty_kinds=frozenset(
            table.choices("only_duty_kinds", DutyKind) if table.has("only_duty_kinds") else ()
        ),
        part_time_required=asked.part_time,
        reduced_by=frozenset(table.choices("reduced_by", Relief) if table.has("reduced_by") else ()),
        at_least_s=_amount(table, "each_at_least", TIMES, scope),
        goes_on_at_least_s=_goes_on(table, scope),
        within_m=_amount(table, "within", LENGTHS, scope),
        visit_class=table.text("visit_class") if table.has("visit_class") else None,
        visit_modes=frozenset(table.words("visit_modes") if table.has("visit_modes") else ()),
        form=table.text("form") if table.has("form") else None,
        steps=_steps(table),
    )


def _options(shape: Shape, scope: Scope) -> set[str]:
    """Keys that a rule of this shape may have over this scope, beside the common ones."""
    options = {*shape.options, *shape.needs}
    if "steps" not in shape.needs:
        options.add("at_least")
    if scope in {Scope.DAY, Scope.PATROL}:
        options.add("days")
    if scope not in _LONG:
        options.discard("reduced_by")
    if Scope.PATROL in shape.scopes and scope is not Scope.PATROL:
        options.discard("only_duty_kinds")
    return options


class _Asked(NamedTuple):
    """How much is asked, in which unit, and of part-time workers."""

    required: float
    unit: Unit
    part_time: float | None = None


def _asked(table: Table, shape: Shape, scope: Scope, windows: int) -> _Asked:
    """Read how much is asked; every step of a day's order is."""
    if "steps" in shape.needs:
        return _Asked(float(len(_steps(table))), Unit.COUNT)
    once, each = AT_LEAST
    if table.has(each):
        if table.has(once):
            raise table.error(each, f"stands beside {once}; one of them")
        if not windows:
            raise table.error(each, "needs windows")
        amount = read_amount(table, each, shape.units)
        asked = _Asked(_possible(table, each, scope, amount, windows), amount.unit)
    else:
        amount = read_amount(table, once, shape.units)
        asked = _Asked(_possible(table, once, scope, amount), amount.unit)
    if not table.has("part_time_at_least"):
        return asked
    if table.has(each):
        raise table.error("part_time_at_least", f"stands beside {each}; it is for {once}")
    part_time = _same_unit(table, "part_time_at_least", shape, amount)
    return asked._replace(part_time=_possible(table, "part_time_at_least", scope, part_time))


def _same_unit(table: Table, key: str, shape: Shape, other: Amount) -> Amount:
    """Read a second amount of what the first one is."""
    amount = read_amount(table, key, shape.units)
    if amount.unit is not other.unit:
        raise table.error(key, f"must be in {other.written}, as at_least is")
    return amount


def _possible(table: Table, key: str, scope: Scope, amount: Amount, times: int = 1) -> float:
    """Refuse more than a span can hold: 25 h in a day, 8 days in a week."""
    days, asked = _MOST_DAYS.get(scope), amount.value * times
    if days is None:
        return asked
    if amount.unit is Unit.SECONDS and asked > days * _DAY_S:
        raise table.error(key, f"cannot be met: a {scope} has {days * 24} h")
    if amount.written == "days" and asked > days:
        raise table.error(key, f"cannot be met: a {scope} has {days} days")
    return asked


def _windows(table: Table, windows: Mapping[str, Window]) -> tuple[Window, ...]:
    """Read the names of windows that the profile has."""
    if not table.has("windows"):
        return ()
    names = table.words("windows")
    for name in names:
        if name not in windows:
            known = ", ".join(windows) or "none"
            raise table.error("windows", f"there is no window {name!r}; the profile has {known}")
    return tuple(windows[name] for name in names)


def _duty_kinds(table: Table) -> frozenset[str]:
    """Read kinds of duty, which count beside windows."""
    if not table.has("duty_kinds"):
        return frozenset()
    if not table.has("windows"):
        raise table.error("duty_kinds", "count beside windows; without windows all duty counts")
    return frozenset(table.choices("duty_kinds", DutyKind))


def _amount(table: Table, key: str, units: tuple[str, ...], scope: Scope) -> float:
    """Read an amount that may be left out."""
    return _possible(table, key, scope, read_amount(table, key, units)) if table.has(key) else 0.0


def _goes_on(table: Table, scope: Scope) -> float:
    """Read how long a patrol goes on in a later window to count there too."""
    if table.has("goes_on_at_least") and not table.has("windows"):
        raise table.error("goes_on_at_least", "needs windows")
    return _amount(table, "goes_on_at_least", TIMES, scope)


def _steps(table: Table) -> tuple[Step, ...]:
    """Read the order of a day."""
    steps = table.choices("steps", Step) if table.has("steps") else ()
    if table.has("steps") and not steps:
        raise table.error("steps", "must name at least one step")
    return steps
