"""What the reports say, in Chinese first and in English; a sentence missing in one does not type-check."""

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
    to_map: str
    open: str
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

    reports_lead: str
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
    says_hours: str
    says_rate: str
    says_interval: str
    withheld_rates: str
    analysis: str
    analysis_lead: str
    needs_verdicts: str

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


ZH = Words(
    html_lang="zh-CN",
    other_lang=Lang.EN,
    other_lang_name="English",
    reports="报表",
    to_reports="全部报表",
    to_map="网格地图",
    open="查看",
    download="下载单文件",
    visits="走访热力图",
    visits_lead="走访覆盖到哪里：每个单元每周走访过的不同对象数，逐周相加，只按分档公布。",
    period="期间",
    period_all="全部数据",
    period_open="不限",
    until="数据截至",
    no_data_yet="暂无数据",
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
    sensitive_note="敏感类别只按网格计数，不出现在任何地图上。",
    level="单元大小",
    level_names={9: "9 级（边长约 200 米）", 10: "10 级（边长约 76 米）", 11: "11 级（边长约 29 米）"},
    first_day="起始日",
    last_day="截止日",
    show="更新",
    reset="清除",
    legend_visits="每单元走访对象数（逐周相加）",
    hot_visits="走访对象最多的单元",
    hot_hint="点选后地图移到该处。",
    empty_period="该期间没有数据。请放宽起止日期，或先导入数据。",
    empty_withheld="没有可公布的单元：在已结束的整周内，每个单元的走访对象都不足 {least} 个，"
    "或没有走访数据。"
    "请放宽日期，或先导入数据。",
    no_grids="当时没有生效的网格边界，底图为空。请先导入网格。",
    layer_grid="网格边界",
    layer_cells="单元分档",
    layer_heat="热力",
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
    reports_lead="按六边形单元（H3）或网格汇总的热力图、热点、每巡查小时的发现数和分析通报。"
    "所有文件由本机提供，不访问外部网络。",
    kinds={"hazard": "隐患", "incident": "事件", "both": "隐患与事件"},
    heatmap_of="{kind}热力图",
    titled="{kind}：{what}",
    hazards_lead="{kind}集中在哪里：每个单元内上报的数量。",
    count_plain="{count} 起",
    layer_rates="网格比率",
    count_value="{count} 起（未办结 {open} 起）",
    legend_count="每单元{kind}数",
    legend_weight="每单元权重",
    says_weight="权重",
    hot_cells="数量或权重最大的单元",
    layer_dots="逐起",
    layer_dots_some="逐起（最近 {count} 起）",
    withheld_nothing="无",
    withheld_none="隐患和事件只有地点和事由，不涉及住户，全部公布；纠纷和代办事项涉及住户，不上图。",
    half_life="半衰期",
    half_life_value="{days} 天",
    half_life_why="以期末（不限时以最近一起）为准，每早一个半衰期，权重减半。",
    what="统计对象",
    category="类别",
    all_categories="全部类别",
    hour_from="每天从几点",
    hour_to="到几点",
    weekdays="星期（不选为每天）",
    weekday_names=("一", "二", "三", "四", "五", "六", "日"),
    weight="每起的权重",
    weights={"count": "都算 1", "severity": "按级别 1–3"},
    half_life_field="半衰期（天，留空为不衰减）",
    step="每帧",
    steps={"day": "一天", "week": "一周", "hour": "一天中的一小时", "weekday": "一周中的一天"},
    least_hours="至少巡查小时",
    more_filters="更多条件",
    hot_spots="热点（Gi*）",
    hot_spots_lead="{kind}在哪里扎堆，扎堆程度超出偶然：单元连同一圈邻居与全部范围相比。",
    hot_spots_legend="与偶然相比（错误发现率 5 %）",
    hot_steps={"hot-2": "热点，z ≥ 3.3", "hot-1": "热点", "none": "与偶然无异", "cold-1": "冷点"},
    hot_spots_found="最强的热点",
    hot_spots_none="没有超出偶然的热点：数量虽有多少之分，但偶然也会如此。",
    hot_spots_refused="算不出热点：{why}。",
    few_cells="研究范围只有 {count} 个单元，至少要 {least} 个；请选更小的单元或更大的范围",
    all_the_same="所有单元的数量相同，没有可比之处",
    z="z（Gi*）",
    p="p（正态）",
    p_permuted="p（置换 {times} 次）",
    q="q（错误发现率）",
    studied="研究范围",
    studied_value="{count} 个单元（含没有发现的），H3 {resolution} 级",
    outside="范围外",
    outside_why="不在任何网格所及的单元内，未计入。",
    hot_spots_method="方法：Getis-Ord Gi*（PySAL esda，二元权重，一圈邻居，含自身）。热点须同时满足 q ≤ "
    "0.05 和置换 p ≤ 0.05。",
    film="随时间变化",
    film_lead="{kind}随时间在哪里出现：逐帧播放，可暂停、前后翻。",
    film_what="每帧为{step}，共 {count} 帧；所有帧用同一组颜色。",
    film_shortened="期间过长，只放最近 {count} 帧。",
    film_play="播放",
    film_stop="暂停",
    film_back="上一帧",
    film_on="下一帧",
    film_at="帧",
    rates="每巡查小时发现数",
    rates_lead="{kind}数除以网格内巡查小时数：走得多自然发现得多，比率才看得出哪里真的多。",
    rates_legend="每 10 巡查小时{kind}数",
    rates_table="各网格",
    rates_hint="比率为每 10 小时，其下为 95 % 泊松精确区间。",
    rates_columns=("网格", "数量", "巡查小时", "比率（区间）"),
    too_little="巡查太少，不好说",
    effort="巡查",
    effort_value="{hours} 小时，{first} – {last}",
    effort_why="按最新判定的网格内时长；数量只计同一期间。不足 {least} 小时的网格不给比率。",
    no_effort="该期间没有已判定的巡查，或您无权查看：算不出比率。",
    rates_per_grid="每单元的巡查时长没有保存，所以按网格计算。",
    says_hours="巡查小时",
    says_rate="每 10 小时",
    says_interval="95 % 区间",
    withheld_rates="{count} 个网格",
    analysis="分析通报",
    analysis_lead="日、周、月通报：各网格各类数量、办结与超期、趋势、超出偶然的上升、难点，"
    "每个数字都有说明。",
    needs_verdicts="需要查看判定的权限。",
    kinds_of={
        "hazard": "隐患",
        "incident": "事件",
        "dispute": "纠纷",
        "errand": "代办事项",
        "information": "信息",
    },
    lengths={"day": "日", "week": "周", "month": "月"},
    bulletin_title="{period} {length}分析通报",
    bulletin_period="期间（2026-11-05、2026-W45 或 2026-11）",
    bulletin_community="社区",
    all_communities="全部可见社区",
    bulletin_until="期间尚未结束，数字截至 {until}。",
    bulletin_compared="对比期间",
    bulletin_not_compared="没有更早的期间可比。",
    bulletin_day_why="日通报与之前各周的同一天相比。",
    bulletin_sections={"kinds": "按种类", "categories": "按类别", "communities": "按社区", "grids": "按网格"},
    bulletin_columns=("", "上报", "办结", "期末未结", "其中超期", "此前均值", "变化", "q 值"),
    bulletin_all="合计",
    bulletin_nowhere="不在任何一处",
    bulletin_rise="▲ 超出偶然",
    bulletin_rises="超出偶然的上升",
    bulletin_no_rises="没有超出偶然的上升。",
    bulletin_few_periods="不足 4 个对比期间，不检验上升。",
    bulletin_rise_line="{name}：{reported} 起，此前均值 {mean}（q = {q}，{test}）",
    bulletin_tests={"poisson": "泊松精确检验", "negative_binomial": "负二项检验", "none": "未检验"},
    bulletin_difficulties="难点",
    bulletin_overdue_columns=("编号", "类别", "网格", "超期天数"),
    bulletin_overdue_hint="期末仍未办结且已过期限的，超期最久的在前（最多 10 起）。",
    bulletin_no_overdue="期末没有超期未结的。",
    bulletin_reopened="期间重新打开",
    bulletin_commonest="最多的类别",
    bulletin_hot_columns=("网格", "数量", "z", "q", "单元"),
    bulletin_method_title="数字怎么来的",
    bulletin_method=(
        "上报：期间内上报的，重复上报的不计。办结：期间内办结的，不论何时上报。",
        "期末未结：期末前上报且未办结的；其中超期：已过期限的。",
        "变化：上报数与此前各期均值之比减 1。",
        (
            "q：在各行一并检验时控制错误发现率后的显著性。此前各期的波动不超过偶然时用泊松精确检验，"
            "否则用负二项检验；q ≤ 0.05 才算超出偶然。"
        ),
        "热点：事件与隐患的 Gi*，见热点报表。",
    ),
)

EN = Words(
    html_lang="en",
    other_lang=Lang.ZH,
    other_lang_name="中文",
    reports="Reports",
    to_reports="All reports",
    to_map="Grid map",
    open="Open",
    download="Download as one file",
    visits="Visits",
    visits_lead="Where visits reach: how many different targets each cell saw a week, weeks added up and "
    "told in bands.",
    period="Period",
    period_all="all data",
    period_open="open",
    until="Data until",
    no_data_yet="no data yet",
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
    legend_visits="Targets per cell, weeks added up",
    hot_visits="Cells with most targets visited",
    hot_hint="Choose one and the map goes there.",
    empty_period="There is no data in this period. Choose a longer one, or import data first.",
    empty_withheld="There is no cell to publish: in whole weeks that are over, no cell saw {least} visit "
    "targets, or there is no data. Choose a longer period, or import data first.",
    no_grids="No grid boundary was in force then, so the map is empty. Import grids first.",
    layer_grid="Grid boundaries",
    layer_cells="Cells by band",
    layer_heat="Heat",
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
    reports_lead="Heatmaps, hot spots, rates per patrol hour and bulletins, by hexagonal cell (H3) or "
    "grid. Every file comes from "
    "this machine.",
    kinds={"hazard": "Hazards", "incident": "Incidents", "both": "Hazards and incidents"},
    heatmap_of="{kind}: heatmap",
    titled="{kind}: {what}",
    hazards_lead="Where they gather: how many were reported in each cell.",
    count_plain="{count}",
    layer_rates="Rates of grids",
    count_value="{count} ({open} not closed)",
    legend_count="{kind} per cell",
    legend_weight="Weight per cell",
    says_weight="Weight",
    hot_cells="Cells with most",
    layer_dots="One by one",
    layer_dots_some="One by one (latest {count})",
    withheld_nothing="nothing",
    withheld_none="A hazard or incident is a place and a cause, not a home: all cells are published. "
    "Disputes and errands "
    "concern homes and are on no map.",
    half_life="Half-life",
    half_life_value="{days} days",
    half_life_why="At the end of the period, or at the newest where it is open, an incident weighs half "
    "for each half-life "
    "that it is older.",
    what="What",
    category="Category",
    all_categories="all categories",
    hour_from="From hour",
    hour_to="Until hour",
    weekdays="Days of the week (none: all)",
    weekday_names=("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"),
    weight="Each weighs",
    weights={"count": "1", "severity": "its severity, 1–3"},
    half_life_field="Half-life in days (empty: none)",
    step="Each picture",
    steps={"day": "a day", "week": "a week", "hour": "an hour of the day", "weekday": "a day of the week"},
    least_hours="Least patrol hours",
    more_filters="More conditions",
    hot_spots="hot spots (Gi*)",
    hot_spots_lead="Where they cluster beyond chance: each cell with its ring of neighbours against the "
    "whole ground.",
    hot_spots_legend="Against chance (false discovery rate 5 %)",
    hot_steps={"hot-2": "hot, z ≥ 3.3", "hot-1": "hot", "none": "as chance has it", "cold-1": "cold"},
    hot_spots_found="Strongest hot spots",
    hot_spots_none="No hot spot beyond chance: cells differ, but chance makes them differ as much.",
    hot_spots_refused="No hot spots can be told: {why}.",
    few_cells="the ground has {count} cells and at least {least} are needed; choose smaller cells",
    all_the_same="every cell holds the same, so nothing stands out",
    z="z (Gi*)",
    p="p (normal)",
    p_permuted="p ({times} permutations)",
    q="q (false discovery rate)",
    studied="Studied ground",
    studied_value="{count} cells at H3 level {resolution}, those without any too",
    outside="Outside it",
    outside_why="In no cell that a grid touches: left out.",
    hot_spots_method="Method: Getis and Ord's Gi* (PySAL esda; binary weights, one ring, the cell "
    "itself too). A hot spot has both "
    "q ≤ 0.05 and permuted p ≤ 0.05.",
    film="over time",
    film_lead="Where they appear as time goes: plays picture by picture; stop it, step through it.",
    film_what="Each picture is {step}, {count} in all; colours mean the same in each.",
    film_shortened="The period is long: only the latest {count} pictures are shown.",
    film_play="Play",
    film_stop="Stop",
    film_back="Back",
    film_on="On",
    film_at="Picture",
    rates="found per patrol hour",
    rates_lead="Incidents over hours of patrol inside the grid: who walks more finds more; the rate "
    "tells where there is more.",
    rates_legend="{kind} per 10 patrol hours",
    rates_table="Grids",
    rates_hint="Per 10 hours; below it the exact Poisson interval, 95 %.",
    rates_columns=("Grid", "Found", "Hours", "Rate (interval)"),
    too_little="too little effort to say",
    effort="Patrol",
    effort_value="{hours} hours, {first} – {last}",
    effort_why="Time inside the own grid by the latest judgements; incidents are of the same days. A "
    "grid with under {least} "
    "hours has no rate.",
    no_effort="No patrol of this period has been judged, or none that you may see: there is no rate.",
    rates_per_grid="Time per cell is not kept, so rates are of grids.",
    says_hours="Patrol hours",
    says_rate="Per 10 hours",
    says_interval="95 % interval",
    withheld_rates="{count} grids",
    analysis="Bulletin",
    analysis_lead="Day, week and month: counts by grid and kind, closed and overdue, trends, rises "
    "beyond chance, difficulties; every number explained.",
    needs_verdicts="Needs the permission to see verdicts.",
    kinds_of={
        "hazard": "hazards",
        "incident": "incidents",
        "dispute": "disputes",
        "errand": "errands",
        "information": "information",
    },
    lengths={"day": "day", "week": "week", "month": "month"},
    bulletin_title="Bulletin of {period}",
    bulletin_period="Period (2026-11-05, 2026-W45 or 2026-11)",
    bulletin_community="Community",
    all_communities="all that may be seen",
    bulletin_until="The period is still going on: figures until {until}.",
    bulletin_compared="Compared with",
    bulletin_not_compared="There is no earlier period to compare with.",
    bulletin_day_why="A day is compared with the same day of earlier weeks.",
    bulletin_sections={
        "kinds": "By kind",
        "categories": "By category",
        "communities": "By community",
        "grids": "By grid",
    },
    bulletin_columns=("", "Reported", "Closed", "Open at end", "Overdue", "Mean before", "Change", "q"),
    bulletin_all="All",
    bulletin_nowhere="nowhere",
    bulletin_rise="▲ beyond chance",
    bulletin_rises="Rises beyond chance",
    bulletin_no_rises="No rise beyond chance.",
    bulletin_few_periods="Fewer than four periods to compare with: rises are not tested.",
    bulletin_rise_line="{name}: {reported}, mean before {mean} (q = {q}, {test})",
    bulletin_tests={
        "poisson": "exact Poisson test",
        "negative_binomial": "negative binomial test",
        "none": "not tested",
    },
    bulletin_difficulties="Difficulties",
    bulletin_overdue_columns=("Code", "Category", "Grid", "Days overdue"),
    bulletin_overdue_hint="Open at the end and past their deadline, the longest first (ten at most).",
    bulletin_no_overdue="Nothing was overdue at the end.",
    bulletin_reopened="Opened again",
    bulletin_commonest="Commonest categories",
    bulletin_hot_columns=("Grid", "Count", "z", "q", "Cell"),
    bulletin_method_title="Where the numbers come from",
    bulletin_method=(
        (
            "Reported: within the period; duplicates do not count. Closed: within it, whenever they were "
            "reported."
        ),
        "Open at end: reported by then and not closed; overdue: of these, past their deadline.",
        "Change: reported over the mean of the periods before, less 1.",
        (
            "q: significance with the false discovery rate of all lines together controlled; an exact "
            "Poisson test where the periods before vary no more than chance makes them, else a negative "
            "binomial one. A rise is beyond chance at q ≤ 0.05."
        ),
        "Hot spots: Gi* of incidents and hazards, as in their report.",
    ),
)

WORDS: Mapping[Lang, Words] = {Lang.ZH: ZH, Lang.EN: EN}
