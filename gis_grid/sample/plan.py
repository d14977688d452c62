"""What the town planner decided: how wide the blocks are, where the river and the main roads run."""

from __future__ import annotations

import math
from typing import Final

# Cells from west to east: seven columns of blocks, the two halves of the river, eleven columns of blocks.
WEST_CELLS: Final = 7
EAST_CELLS: Final = 11
ROWS: Final = 13

BLOCK_WIDTH_M: Final = 118.0
BLOCK_DEPTH_M: Final = 112.0
HALF_RIVER_STRIP_M: Final = 46.0
RIVER_HALF_WIDTH_M: Final = 27.0

WEST_BANK: Final = WEST_CELLS
RIVER: Final = WEST_CELLS + 1
EAST_BANK: Final = WEST_CELLS + 2
COLUMNS: Final = WEST_CELLS + 2 + EAST_CELLS

# Lattice lines that are main roads; the others are lanes. Rows count from the south.
MAIN_COLUMNS: Final = (3, EAST_BANK, 13, 17)
MAIN_ROWS: Final = (3, 7, 10)
ROAD_BRIDGES: Final = (3, 7)
FOOT_BRIDGES: Final = (10,)
NORTH_SOUTH_ROW: Final = 7

COLUMN_STREETS: Final = {
    0: ("环镇西路", "Huanzhen West Road"),
    1: ("柳林巷", "Liulin Lane"),
    2: ("稻香巷", "Daoxiang Lane"),
    3: ("迎宾路", "Yingbin Road"),
    4: ("老街", "Old Street"),
    5: ("渡口巷", "Dukou Lane"),
    6: ("竹器巷", "Zhuqi Lane"),
    7: ("滨河西路", "Binhe West Road"),
    9: ("滨河东路", "Binhe East Road"),
    10: ("文昌巷", "Wenchang Lane"),
    11: ("育才巷", "Yucai Lane"),
    12: ("槐荫巷", "Huaiyin Lane"),
    13: ("人民路", "Renmin Road"),
    14: ("同心巷", "Tongxin Lane"),
    15: ("桂花巷", "Guihua Lane"),
    16: ("清水巷", "Qingshui Lane"),
    17: ("车站路", "Chezhan Road"),
    18: ("砖厂巷", "Zhuanchang Lane"),
    19: ("果园巷", "Guoyuan Lane"),
    20: ("环镇东路", "Huanzhen East Road"),
}
ROW_STREETS: Final = {
    0: ("环镇南路", "Huanzhen South Road"),
    1: ("菜园街", "Caiyuan Street"),
    2: ("南塘街", "Nantang Street"),
    3: ("建设路", "Jianshe Road"),
    4: ("工农街", "Gongnong Street"),
    5: ("市场街", "Shichang Street"),
    6: ("和平街", "Heping Street"),
    7: ("解放路", "Jiefang Road"),
    8: ("学府街", "Xuefu Street"),
    9: ("北园街", "Beiyuan Street"),
    10: ("团结路", "Tuanjie Road"),
    11: ("北塘街", "Beitang Street"),
    12: ("梨园街", "Liyuan Street"),
    13: ("环镇北路", "Huanzhen North Road"),
}


def warp(x_m: float, y_m: float) -> tuple[float, float]:
    """Bend the flat plan, so that streets curve as they do where a river came first."""
    east = 70.0 * math.sin(y_m / 310.0 + 0.4) + 28.0 * math.sin(x_m / 260.0 + y_m / 420.0)
    north = 46.0 * math.sin(x_m / 400.0 + 1.1) + 24.0 * math.sin(y_m / 230.0 + x_m / 520.0)
    return x_m + east, y_m + north


def is_built(column: float, row: float) -> bool:
    """Say whether the cell in this column and row belongs to the town: its corners are open country."""
    across = abs(column + 0.5 - COLUMNS / 2) / (COLUMNS / 2)
    up = abs(row + 0.5 - ROWS / 2) / (ROWS / 2)
    return bool(across**3.2 + up**3.2 <= 1.18)
