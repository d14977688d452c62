"""Every sentence of the reports by its name; one that is missing in a language does not type-check."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Lang(StrEnum):
    """Languages of the reports."""

    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """Every sentence of the reports in one language; braces are filled in by `str.format`."""

    html_lang: str
    other_lang: Lang
    other_lang_name: str
    reports: str
    to_reports: str
    download: str
    visits: str
    visits_lead: str
    period: str
    period_all: str
    period_open: str
    until: str
    no_data_yet: str
    cells: str
    cells_value: str
    coarser: str
    left_out: str
    withheld: str
    withheld_value: str
    withheld_why: str
    withheld_visits: str
    whole_weeks: str
    sensitive_note: str
    level: str
    level_names: Mapping[int, str]
    first_day: str
    last_day: str
    show: str
    reset: str
    legend_visits: str
    hot_visits: str
    hot_hint: str
    empty_period: str
    empty_withheld: str
    no_grids: str
    layer_grid: str
    layer_cells: str
    layer_heat: str
    says_category: str
    says_one_category: str
    says_worst: str
    says_severity: str
    says_grid: str
    says_no_grid: str
    says_title: str
    says_state: str
    says_reported: str
    says_targets: str
    says_cell: str
    severities: Mapping[int, str]
    states: Mapping[str, str]
    map_label: str
    provenance: str
    times_in: str

    kinds: Mapping[str, str]
    heatmap_of: str
    titled: str
    hazards_lead: str
    count_value: str
    count_plain: str
    layer_rates: str
    legend_count: str
    legend_weight: str
    says_weight: str
    hot_cells: str
    layer_dots: str
    layer_dots_some: str
    withheld_nothing: str
    withheld_none: str
    half_life: str
    half_life_value: str
    half_life_why: str
    what: str
    category: str
    all_categories: str
    hour_from: str
    hour_to: str
    weekdays: str
    weekday_names: Sequence[str]
    weight: str
    weights: Mapping[str, str]
    half_life_field: str
    step: str
    steps: Mapping[str, str]
    least_hours: str
    more_filters: str
    hot_spots: str
    hot_spots_lead: str
    hot_spots_legend: str
    hot_steps: Mapping[str, str]
    hot_spots_found: str
    hot_spots_none: str
    hot_spots_refused: str
    few_cells: str
    all_the_same: str
    z: str
    p: str
    p_permuted: str
    q: str
    studied: str
    studied_value: str
    studied_drawn: str
    outside: str
    outside_why: str
    hot_spots_method: str
    film: str
    film_lead: str
    film_what: str
    film_shortened: str
    film_play: str
    film_stop: str
    film_back: str
    film_on: str
    film_at: str
    rates: str
    rates_lead: str
    rates_legend: str
    rates_table: str
    rates_hint: str
    rates_columns: Sequence[str]
    too_little: str
    effort: str
    effort_value: str
    effort_why: str
    no_effort: str
    rates_per_grid: str
    rates_per_cell: str
    rates_by: str
    rates_bys: Mapping[str, str]
    rates_highest: str
    no_effort_by_cell: str
    says_hours: str
    says_rate: str
    says_interval: str
    withheld_rates: str
    withheld_cell_rates: str
    analysis: str
    analysis_lead: str
    profiles: str
    community: str
    scorecards_title: str
    scorecards_lead: str
    scorecards_empty: str
    scorecards_provisional: str
    scorecards_outcomes: Sequence[str]
    scorecards_rules: str
    scorecards_rule_columns: Sequence[str]
    scorecards_workers: str
    scorecards_worker_columns: Sequence[str]
    scorecards_hint: str
    scorecards_left_out: str
    scorecards_method: Sequence[str]

    lengths: Mapping[str, str]
    kinds_of: Mapping[str, str]
    bulletin_title: str
    bulletin_period: str
    bulletin_community: str
    all_communities: str
    bulletin_until: str
    bulletin_compared: str
    bulletin_not_compared: str
    bulletin_day_why: str
    bulletin_sections: Mapping[str, str]
    bulletin_columns: Sequence[str]
    bulletin_all: str
    bulletin_nowhere: str
    bulletin_rise: str
    bulletin_rises: str
    bulletin_no_rises: str
    bulletin_few_periods: str
    bulletin_rise_line: str
    bulletin_tests: Mapping[str, str]
    bulletin_difficulties: str
    bulletin_overdue_columns: Sequence[str]
    bulletin_overdue_hint: str
    bulletin_no_overdue: str
    bulletin_reopened: str
    bulletin_commonest: str
    bulletin_hot_columns: Sequence[str]
    bulletin_method_title: str
    bulletin_method: Sequence[str]
