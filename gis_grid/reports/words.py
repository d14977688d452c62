"""What the reports say, in Chinese first and in English; a sentence missing in one does not type-check."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    reports_lead: str
    to_reports: str
    to_map: str
    open: str
    download: str
    hazards: str
    hazards_lead: str
    visits: str
    visits_lead: str
    period: str
    period_all: str
    period_open: str
    until: str
    no_data_yet: str
    hazard_count: str
    hazard_count_value: str
    cells: str
    cells_value: str
    coarser: str
    left_out: str
    withheld: str
    withheld_value: str
    withheld_why: str
    withheld_visits: str
    whole_weeks: str
    withheld_none: str
    sensitive_note: str
    level: str
    level_names: Mapping[int, str]
    first_day: str
    last_day: str
    show: str
    reset: str
    legend_hazards: str
    legend_visits: str
    few_to_many: str
    hot_hazards: str
    hot_visits: str
    hot_hint: str
    empty_period: str
    empty_withheld: str
    no_grids: str
    layer_grid: str
    layer_cells: str
    layer_heat: str
    layer_dots: str
    layer_dots_some: str
    says_count: str
    says_count_value: str
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


ZH = Words(
    html_lang="zh-CN",
    other_lang=Lang.EN,
    other_lang_name="English",
    reports="报表",
    reports_lead="按六边形单元（H3）汇总的热力图。所有文件由本机提供，不访问外部网络。",
    to_reports="全部报表",
    to_map="网格地图",
    open="查看",
    download="下载单文件",
    hazards="隐患热力图",
    hazards_lead="隐患集中在哪里：每个单元内上报的隐患数量。",
    visits="走访热力图",
    visits_lead="走访覆盖到哪里：每个单元每周走访过的不同对象数，逐周相加，只按分档公布。",
    period="期间",
    period_all="全部数据",
    period_open="不限",
    until="数据截至",
    no_data_yet="暂无数据",
    hazard_count="隐患",
    hazard_count_value="{count} 起，其中未办结 {open} 起",
    cells="单元",
    cells_value="{count} 个，H3 {resolution} 级",
    coarser="单元过多，已改用较粗一级",
    left_out="只画出数量最多的 {shown} 个，另有 {left_out} 个未画出",
    withheld="不公布",
    withheld_value="{count} 个",
    withheld_why="某周某社区内走访对象不足 {least} 个的单元不公布，以免看出具体是哪一户（k = {least}）；"
    "有多少这样的单元也不公布，因为这个数目本身就可能说明问题。",
    withheld_visits="对象过少的单元",
    whole_weeks="只公布已结束两天以上的整周（周一至周日），所选日期触及的周整周计入。",
    withheld_none="隐患只有地点和事由，不涉及住户，全部公布。",
    sensitive_note="敏感类别只按网格计数，不出现在任何地图上。",
    level="单元大小",
    level_names={9: "9 级（边长约 200 米）", 10: "10 级（边长约 76 米）", 11: "11 级（边长约 29 米）"},
    first_day="起始日",
    last_day="截止日",
    show="更新",
    reset="清除",
    legend_hazards="每单元隐患数",
    legend_visits="每单元走访对象数（逐周相加）",
    few_to_many="少 → 多",
    hot_hazards="隐患最多的单元",
    hot_visits="走访对象最多的单元",
    hot_hint="点选后地图移到该处。",
    empty_period="该期间没有数据。请放宽起止日期，或先导入数据。",
    empty_withheld="没有可公布的单元：在已结束的整周内，每个单元的走访对象都不足 {least} 个，或没有走访数据。"
    "请放宽日期，或先导入数据。",
    no_grids="当时没有生效的网格边界，底图为空。请先导入网格。",
    layer_grid="网格边界",
    layer_cells="单元分档",
    layer_heat="热力",
    layer_dots="逐起隐患",
    layer_dots_some="逐起隐患（最近 {count} 起）",
    says_count="隐患",
    says_count_value="{count} 起（未办结 {open} 起）",
    says_category="最多类别",
    says_one_category="类别",
    says_worst="最高级别",
    says_severity="级别",
    says_grid="所在网格",
    says_no_grid="不在任何网格内",
    says_title="事由",
    says_state="状态",
    says_reported="上报时间",
    says_targets="走访对象",
    says_cell="单元编号",
    severities={1: "一般", 2: "较大", 3: "重大"},
    states={"reported": "已上报", "sent_up": "已呈送", "handling": "处理中", "closed": "已办结"},
    map_label="地图：{title}",
    provenance="数据来源",
    times_in="时间按 {timezone} 时区。",
)

EN = Words(
    html_lang="en",
    other_lang=Lang.ZH,
    other_lang_name="中文",
    reports="Reports",
    reports_lead="Heatmaps by hexagonal cell (H3). Every file comes from this machine.",
    to_reports="All reports",
    to_map="Grid map",
    open="Open",
    download="Download as one file",
    hazards="Hazards",
    hazards_lead="Where hazards gather: how many were reported in each cell.",
    visits="Visits",
    visits_lead="Where visits reach: how many different targets each cell saw a week, weeks added up and "
    "told in bands.",
    period="Period",
    period_all="all data",
    period_open="open",
    until="Data until",
    no_data_yet="no data yet",
    hazard_count="Hazards",
    hazard_count_value="{count}, of which {open} not closed",
    cells="Cells",
    cells_value="{count} at H3 level {resolution}",
    coarser="too many cells, so a coarser level is shown",
    left_out="only the {shown} with most are drawn, {left_out} more are not",
    withheld="Withheld",
    withheld_value="{count}",
    withheld_why="A cell in which a week saw fewer than {least} visit targets of a community is not "
    "published: it could tell which home was visited (k = {least}). How many such cells there are is not "
    "told either: the number itself could tell.",
    withheld_visits="cells with few targets",
    whole_weeks="Only whole weeks, Monday to Sunday, that ended at least two days ago; each week that the "
    "chosen days touch counts whole.",
    withheld_none="A hazard is a place and a cause, not a home: all cells are published.",
    sensitive_note="Sensitive classes are only counted per grid; they are on no map.",
    level="Cell size",
    level_names={
        9: "level 9 (edge about 200 m)",
        10: "level 10 (edge about 76 m)",
        11: "level 11 (edge about 29 m)",
    },
    first_day="From",
    last_day="To",
    show="Update",
    reset="Clear",
    legend_hazards="Hazards per cell",
    legend_visits="Targets per cell, weeks added up",
    few_to_many="few → many",
    hot_hazards="Cells with most hazards",
    hot_visits="Cells with most targets visited",
    hot_hint="Choose one and the map goes there.",
    empty_period="There is no data in this period. Choose a longer one, or import data first.",
    empty_withheld="There is no cell to publish: in whole weeks that are over, no cell saw {least} visit "
    "targets, or there is no data. Choose a longer period, or import data first.",
    no_grids="No grid boundary was in force then, so the map is empty. Import grids first.",
    layer_grid="Grid boundaries",
    layer_cells="Cells by band",
    layer_heat="Heat",
    layer_dots="Single hazards",
    layer_dots_some="Single hazards (latest {count})",
    says_count="Hazards",
    says_count_value="{count} ({open} not closed)",
    says_category="Commonest",
    says_one_category="Category",
    says_worst="Worst",
    says_severity="Severity",
    says_grid="Grid",
    says_no_grid="in no grid",
    says_title="What",
    says_state="State",
    says_reported="Reported",
    says_targets="Targets visited",
    says_cell="Cell",
    severities={1: "light", 2: "serious", 3: "severe"},
    states={"reported": "reported", "sent_up": "sent up", "handling": "in hand", "closed": "closed"},
    map_label="Map: {title}",
    provenance="Provenance",
    times_in="Times are in {timezone}.",
)

WORDS: Mapping[Lang, Words] = {Lang.ZH: ZH, Lang.EN: EN}
