"""Names of compounds, villages and shops, in Chinese and in English."""

from typing import Final

AUSPICIOUS: Final = (
    ("幸福", "Xingfu"),
    ("锦绣", "Jinxiu"),
    ("阳光", "Yangguang"),
    ("翠竹", "Cuizhu"),
    ("金桂", "Jingui"),
    ("康乐", "Kangle"),
    ("清河", "Qinghe"),
    ("春晖", "Chunhui"),
    ("安居", "Anju"),
    ("书香", "Shuxiang"),
    ("东苑", "Dongyuan"),
    ("梧桐", "Wutong"),
    ("惠民", "Huimin"),
    ("福馨", "Fuxin"),
    ("丽景", "Lijing"),
    ("新华", "Xinhua"),
    ("祥和", "Xianghe"),
    ("百合", "Baihe"),
    ("竹园", "Zhuyuan"),
    ("银杏", "Yinxing"),
    ("星光", "Xingguang"),
    ("荷塘", "Hetang"),
    ("长青", "Changqing"),
    ("明珠", "Mingzhu"),
)
COMPOUND_SUFFIX: Final = {
    "slab": (("小区", "Estate"), ("家园", "Homes"), ("苑", "Court")),
    "tower": (("花园", "Garden"), ("公馆", "Residence"), ("新城", "New Town")),
    "walk_up": (("里", "Alley Homes"), ("家属院", "Staff Housing"), ("新村", "New Village")),
}
HAMLETS: Final = (
    ("陈家湾", "Chenjiawan"),
    ("李家台", "Lijiatai"),
    ("王家坡", "Wangjiapo"),
    ("柳树巷", "Liushuxiang"),
    ("老渡口", "Laodukou"),
    ("张家塆", "Zhangjiawan"),
    ("石桥头", "Shiqiaotou"),
    ("菜园子", "Caiyuanzi"),
    ("周家院", "Zhoujiayuan"),
    ("竹林塆", "Zhulinwan"),
    ("樟树下", "Zhangshuxia"),
    ("赵家岗", "Zhaojiagang"),
)
SHOPS: Final = (
    "便民超市",
    "早点铺",
    "五金店",
    "药店",
    "理发店",
    "水果店",
    "米粉馆",
    "手机维修",
    "服装店",
    "文具店",
    "快递驿站",
    "粮油店",
)


def compound_name(kind: str, ordinal: int) -> tuple[str, str]:
    """Return the name of the so-manieth compound of a kind; no two are the same up to 72."""
    zh, en = AUSPICIOUS[(ordinal * 7 + len(kind)) % len(AUSPICIOUS)]
    suffixes = COMPOUND_SUFFIX[kind]
    suffix_zh, suffix_en = suffixes[(ordinal // len(AUSPICIOUS) + ordinal) % len(suffixes)]
    return zh + suffix_zh, f"{en} {suffix_en}"


def hamlet_name(ordinal: int) -> tuple[str, str]:
    """Return the name of a village quarter; later ones are numbered."""
    zh, en = HAMLETS[ordinal % len(HAMLETS)]
    turn = ordinal // len(HAMLETS)
    return (zh, en) if turn == 0 else (f"{zh}{turn + 1}组", f"{en} {turn + 1}")
