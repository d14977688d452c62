"""The sentences of planning, Chinese and English, with places for their numbers; `words` fills them in."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    # what was done
    "op_accept": ("接受{grids}不在规模范围内", "Accepted {grids} outside the limits"),
    "op_border": ("调整{grids}之间的边界", "Moved the border between {grids}"),
    "op_detached": ("将飞地并入相邻网格", "Gave detached parts to their neighbours"),
    "op_draw": ("手绘{grids}", "Drew {grids}"),
    "op_fill_gaps": ("填补空隙，共{atoms}个地块", "Filled gaps of {atoms} atoms"),
    "op_import": ("导入划分，共{count}个网格", "Imported a division of {count} grids"),
    "op_lock": ("锁定或解锁{grids}", "Locked or opened {grids}"),
    "op_merge": ("合并为{grids}", "Merged into {grids}"),
    "op_move": (
        "将{atoms}个地块（{households}户）划入{grids}",
        "Moved {atoms} atoms ({households} households) to {grids}",
    ),
    "op_partition": ("自动划分，得到{count}个网格", "Divided by the machine into {count} grids"),
    "op_refresh": ("按新的楼栋和道路更新地块", "Brought atoms up to date with new buildings and roads"),
    "op_split": ("自动拆分为{grids}", "Split by the machine into {grids}"),
    "op_split_by_line": ("沿线拆分为{grids}", "Split along a line into {grids}"),
    # what can be done instead
    "do_accept": ("将{grid}作为例外保留并说明理由", "Keep {grid} as an exception, with a reason"),
    "do_border_prolonged": (
        "把线两端延长后再调整边界",
        "Move the border along the line with its ends prolonged",
    ),
    "do_detached": ("将飞地并入相邻网格", "Give the detached parts to their neighbours"),
    "do_draw_exact": ("按所画的线精确切割地块", "Cut atoms exactly along the drawn line"),
    "do_draw_largest": ("只取所画范围中最大的一块", "Take only the largest part of what was drawn"),
    "do_fill_gaps": ("填补空隙", "Fill the gaps"),
    "do_give": ("把{amount}给{to}（可再容纳{room}）", "Give {amount} to {to}, which has room for {room}"),
    "do_join": ("整体并入{to}（可再容纳{room}）", "Join {to} as a whole, which has room for {room}"),
    "do_merge": ("合并{grids}", "Merge {grids}"),
    "do_merge_across": ("跨越河流等屏障合并{grids}", "Merge {grids} across the barrier"),
    "do_move": ("将{atoms}个地块（{amount}）划入{to}", "Move {atoms} atoms ({amount}) to {to}"),
    "do_move_across": (
        "跨越河流等屏障将{atoms}个地块（{amount}）划入{to}",
        "Move {atoms} atoms ({amount}) to {to} across the barrier",
    ),
    "do_no_exception": ("不再作为例外", "Drop the exception"),
    "do_recut": (
        "与{to}一起重新划分为{least_grids}至{most_grids}个网格",
        "Divide it anew together with {to}, into {least_grids} to {most_grids} grids",
    ),
    "do_recut_into": ("与{to}一起重新划分为{more}", "Divide it anew together with {to}, into {more}"),
    "do_refresh": ("按现在的地图更新", "Bring the draft up to date with the map"),
    "do_split": ("自动拆分为{parts}个网格", "Let the machine split it into {parts}"),
    "do_split_exact": ("按所画的线精确切割地块", "Cut atoms exactly along the drawn line"),
    "do_split_prolonged": ("把线两端延长后再拆分", "Split along the line with its ends prolonged"),
    "do_take": ("从{to}划入{amount}（可让出{room}）", "Take {amount} from {to}, which can spare {room}"),
    "do_unlock": ("解锁{grid}", "Open {grid}"),
    # why something was not done
    "cannot_divide_between": (
        "{total}无法划分：作为{fewer}多{too_many}，作为{more}少{too_few}（每个网格{least}至{most}）",
        (
            "{total} cannot be divided: {too_many} too many for {fewer}, {too_few} too few for {more} "
            "({least} to {most} a grid)"
        ),
    ),
    "cannot_divide_empty": ("这里没有住户，无法划分", "Nobody lives here, so there is nothing to divide"),
    "cannot_divide_few": (
        "{total}不足一个网格，还差{too_few}（每个网格{least}至{most}）",
        "{total} are {too_few} too few for one grid ({least} to {most} a grid)",
    ),
    "cannot_divide_parts": (
        "{total}不能划分为{parts}个网格，可划分为{counts}个（每个网格{least}至{most}）",
        "{total} cannot be {parts} grids, but {counts} ({least} to {most} a grid)",
    ),
    "donor_falls_apart": ("移走后{grid}会分成{parts}块", "Without them {grid} would fall into {parts} parts"),
    "drawn_in_parts": (
        "所画范围内的地块分成{parts}块",
        "The atoms inside what was drawn lie in {parts} parts",
    ),
    "falls_apart": ("这样{grid}会分成{parts}块", "{grid} would fall into {parts} parts"),
    "grid_would_vanish": ("这样{grid}将不复存在，请改用合并", "{grid} would be no more; merge it instead"),
    "ground_too_fine": (
        "此处的边界过于细碎，无法精确切割",
        "The borders here are too fine to be cut exactly",
    ),
    "line_crosses_itself": ("所画的线与自身相交", "The line crosses itself"),
    "line_does_not_cross": ("所画的线没有穿过{grids}", "The line does not cross {grids}"),
    "locked": ("{grids}已锁定", "{grids} may not change: locked"),
    "no_gaps": ("没有空隙", "There are no gaps"),
    "no_neighbour": ("周围没有可以接收的网格", "No grid around can take it"),
    "no_such_proposal": ("只有{most}个建议方案", "There are only {most} proposals"),
    "not_a_line": ("请画一条线", "Expected a line"),
    "not_a_point": ("请指定一个点", "Expected a point"),
    "not_a_polygon": ("请画一个多边形", "Expected a polygon in one part"),
    "not_found": (
        "在规定时间内没有找到把{total}划分为{parts}个网格的办法",
        "No way of dividing {total} into {parts} was found in the time given",
    ),
    "not_touching": ("不与{grids}相邻", "It does not touch along a border: {grids}"),
    "not_two_grids": ("请选择两个网格", "Expected two grids"),
    "nothing_changes": ("没有任何变化", "Nothing would change"),
    "nothing_detached": ("没有飞地", "No grid has detached parts"),
    "nothing_inside": ("所画范围内没有地块", "No atom lies at least half inside what was drawn"),
    "nothing_to_divide": ("没有可以划分的地块", "There is nothing that may be divided"),
    "only_across_barrier": ("与{grids}之间隔着河流等屏障", "Only a barrier lies between: {grids}"),
    "outside": ("此处不在社区内", "This place lies outside the community"),
    "polygon_crosses_itself": ("所画的多边形与自身相交", "The polygon crosses itself"),
    "proved_impossible": (
        "已证明：这些地块无法划分为{parts}个在范围内且连成一片的网格",
        "Proved: these atoms cannot be {parts} grids within the limits, each in one piece",
    ),
    "reason_too_long": ("理由最多{most}字", "A reason has at most {most} characters"),
    "side_without_atoms": ("线的一侧没有地块", "No atom lies mostly on one side of the line"),
    "too_few_grids": ("请至少选择{least}个网格", "Choose at least {least} grids"),
    "too_few_parts": ("请至少拆分为{least}个", "Split into at least {least}"),
    "too_many_crossings": (
        "所画的线穿过地块{crossings}次，最多{most}次",
        "The line goes through atoms {crossings} times, at most {most}",
    ),
    "too_many_vertices": (
        "所画的点过多：{vertices}个，最多{most}个",
        "{vertices} vertices are too many, at most {most}",
    ),
    # what an imported division was mended by
    "mended_gap": (
        "填补了{to}边上的缝隙{area_m2}平方米，共{pieces}处",
        "Closed gaps of {area_m2} m2 in {pieces} places: now of {to}",
    ),
    "mended_moved": (
        "{grid}的{area_m2}平方米（{households}户）随地块划入{to}，共{pieces}处",
        "{area_m2} m2 of {grid} ({households} households) go to {to} with their atoms, in {pieces} places",
    ),
    "mended_open": (
        "{area_m2}平方米（{households}户）不属于任何网格，共{pieces}处",
        "{area_m2} m2 ({households} households) are in no grid, in {pieces} places",
    ),
    "mended_outside": (
        "切除{grid}在社区之外的{area_m2}平方米，共{pieces}处",
        "Cut off {area_m2} m2 of {grid} beyond the community, in {pieces} places",
    ),
    "mended_overlap": (
        "{grid}与{to}重叠{area_m2}平方米（{households}户），归{to}，共{pieces}处",
        (
            "{area_m2} m2 of {grid} ({households} households) were of {to} too, which keeps them, "
            "in {pieces} places"
        ),
    ),
    # what the checks say
    "across_barrier": ("{grid}位于河流等屏障的两侧", "{grid} lies on both sides of a barrier"),
    "building_cut": ("{count}栋建筑被边界切开", "Borders cut {count} buildings"),
    "buildings_outside": (
        "{count}栋建筑（{households}户）在社区边界之外",
        "{count} buildings ({households} households) stand outside the community's outline",
    ),
    "coverage": ("地块有重叠或错位", "Atoms overlap or do not meet exactly"),
    "empty": ("{grid}没有住户", "Nobody lives in {grid}"),
    "exception": ("{grid}作为例外：{total}（{reason}）", "{grid} is an exception at {total}: {reason}"),
    "exception_unneeded": (
        "{grid}已在范围内，不再需要例外",
        "{grid} is within the limits: no exception is needed",
    ),
    "gap": (
        "{atoms}个地块（{households}户）未划入任何网格",
        "{atoms} atoms ({households} households) are in no grid",
    ),
    "ground_lost": (
        "地块总面积与社区相差{area_m2}平方米",
        "The atoms' ground differs from the community's by {area_m2} m2",
    ),
    "ground_changed": (
        "此草稿打开之后，地图上有{buildings}处楼栋、{lines}处道路或河流变化",
        "Since the draft looked at it, the map has changed: {buildings} buildings, {lines} roads or rivers",
    ),
    "locked_grids": ("已锁定：{grids}", "Locked: {grids}"),
    "not_compact": ("{grid}形状不紧凑（{compactness}）", "{grid} is not compact ({compactness})"),
    "over": ("{grid}有{total}，超出上限{most}", "{grid} has {total}, over the limit of {most}"),
    "over_between": (
        "{grid}有{total}：作为{fewer}多{too_many}，作为{more}少{too_few}",
        "{grid} has {total}: {too_many} too many for {fewer}, {too_few} too few for {more}",
    ),
    "parts": ("{grid}分成{parts}块", "{grid} lies in {parts} parts"),
    "too_many_exceptions": (
        "{count}个网格中有{exceptions}个例外，最多允许{most}个",
        "{exceptions} of {count} grids are exceptions, more than {most}",
    ),
    "under": (
        "{grid}有{total}，不足下限{least}，还差{too_few}",
        "{grid} has {total}, {too_few} under the limit of {least}",
    ),
}

REASONS: Final[dict[str, tuple[str, str]]] = {
    "empty": ("没有住户", "nobody lives there"),
    "few": ("住户太少，不足一个网格", "too few for a grid, and nothing to share with"),
    "between": ("多于一个、不足两个", "too many for so many grids, too few for one more"),
    "body": ("单栋建筑或单个地块已超上限", "one building or atom is over the limit by itself"),
    "impossible": ("已证明无法划分", "proved that no borders can be drawn"),
    "not_found": ("未找到划分办法", "no borders were found in the time given"),
}
"""Why a grid is an exception, where a machine says so; a planner's own words stand for themselves."""
