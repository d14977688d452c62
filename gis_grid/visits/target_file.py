"""A list of visit targets as a file: which columns it may have, and what stands in a row."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.grids.codes import fault, shown
from gis_grid.grids.mapping import shapes
from gis_grid.grids.mapping.columns import texts
from gis_grid.kit.errors import BadInput, RowError
from gis_grid.visits.rows import SENSITIVE_CLASSES, PlacedClass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gis_grid.grids.mapping.meanings import Columns
    from gis_grid.grids.readers.features import Features

USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "reference": ("reference", "编号", "对象编号"),
    "class": ("class", "visit_class", "类别", "走访类别"),
    "since": ("since", "开始日期", "起始日期"),
    "until": ("until", "停访日期"),
}
"""Names that need no `--map`, in the order in which they are looked for; capitals do not matter."""

NEEDED: Final = ("reference", "class")

CLASSES: Final[Mapping[str, PlacedClass]] = {
    **{word.value: word for word in PlacedClass},
    "物业和门卫": PlacedClass.PROPERTY,
    "出租房": PlacedClass.RENTED,
    "关爱对象": PlacedClass.IN_CARE,
    "居民户": PlacedClass.HOUSEHOLD,
}
"""What a row may call a class: its word, or what the page calls it."""

ONLY_COUNTED: Final = "expected a class that has a place: what is only counted is in no list"

Said = tuple[str, str, date | None, date | None]
"""Reference, class, since, until."""

Row = tuple[int, str, str, date | None, date | None, float, float]
"""Number in the file, reference, class, since, until, longitude, latitude."""

_PERSONAL: Final = re.compile(
    r"name|surname|firstname|lastname|fullname|realname|forename|family|phone|telephone|tel|mobile|cellphone|email|mail"
    r"|wechat|qq|identity|idcard|idno|idnumber|passport|ssn|birth|birthday|born|dob|age|sex|gender|health|illness"
    r"|disease|medical|diagnosis|disability|crime|criminal|belief|religion|faith|ethnic|ethnicity|nationality"
    r"|party|residents?|person|householder|tenant|owner|occupant|contact|photo|face|notes?|remarks?|comments?|memo"
)
_PERSONAL_PAIRS: Final = frozenset({("id", "card"), ("id", "no"), ("id", "number"), ("id", "num")})
_OF_PLACES: Final = frozenset(
    {"grid", "area", "community", "street", "road", "building", "village", "town", "county"}
)
_PERSONAL_ZH: Final = (
    *("姓名", "名字", "户主", "业主", "房东", "租客", "承租", "居民信息", "联系", "电话", "手机", "微信"),
    *(
        "邮箱",
        "身份",
        "证件",
        "证号",
        "护照",
        "出生",
        "生日",
        "年龄",
        "性别",
        "民族",
        "宗教",
        "信仰",
        "政治面貌",
    ),
    *("党员", "健康", "疾病", "病史", "病情", "残疾", "犯罪", "前科", "照片", "备注", "说明"),
)
_TOKEN: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

_IDENTITY: Final = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
)
_PHONE: Final = re.compile(r"(?<![0-9A-Za-z])(?:86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![0-9A-Za-z])")
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]00:00(?::00(?:\.0+)?)?)?")


def is_personal(column: str) -> bool:
    """Say whether a column is called after what a person is, has or believes.

    >>> [is_personal(name) for name in ("ownerName", "户主姓名", "id_card", "grid_name", "class")]
    [True, True, True, False, False]
    """
    name = unicodedata.normalize("NFKC", column)
    if any(word in name for word in _PERSONAL_ZH):
        return True
    tokens = [token.lower() for token in _TOKEN.findall(name)]
    if len(tokens) == 2 and tokens[0] in _OF_PLACES and tokens[1] == "name":
        return False
    return any(map(_PERSONAL.fullmatch, tokens)) or not _PERSONAL_PAIRS.isdisjoint(pairwise(tokens))


def refuse_residents(columns: Sequence[str], file_name: str) -> None:
    """Refuse a file with columns about residents, read or not: such a file should not be here at all.

    Raises
    ------
    BadInput
        With every such column.
    """
    personal = [column for column in columns if is_personal(column)]
    if personal:
        raise BadInput(
            "The file looks as if it held residents' data",
            f"{file_name}: leave out the columns {', '.join(personal)}. A target is a place, a class and a "
            "reference that only the office can resolve; nothing was imported",
        )


def sound(features: Features, columns: Columns) -> tuple[Features, list[Said], list[RowError]]:
    """Return the rows whose columns can be used, what stands in them, and what is wrong with the others.

    A row of a class that is only counted is told by its number and nothing else.
    """
    held = {meaning: _joined(features, names) for meaning, names in columns.of.items()}
    keep = np.zeros(len(features), dtype=bool)
    values: list[Said] = []
    errors: list[RowError] = []
    for index, row in enumerate(features.row):
        cells = {meaning: words[index] for meaning, words in held.items()}
        wrong = list(_wrong(row, cells))
        errors += wrong
        if not wrong:
            keep[index] = True
            since, until = _day(cells.get("since")), _day(cells.get("until"))
            values.append((cells["reference"] or "", CLASSES[cells["class"] or ""].value, since, until))
    return features.take(keep), values, errors


def placed(features: Features, values: Sequence[Said]) -> tuple[list[Row], list[RowError]]:
    """Return rows with the longitude and latitude of their points, and those that have none."""
    good, errors = shapes.check(features, shapes.POINTS)
    return [
        (int(features.row[index]), *values[index], shape.x, shape.y)
        for index, shape in enumerate(features.geometry)
        if good[index]
    ], errors


def _joined(features: Features, names: Sequence[str]) -> list[str | None]:
    parts = zip(*(texts(features, name) for name in names), strict=True)
    return [" ".join(word for word in words if word is not None) or None for words in parts]


def _wrong(row: int | str, cells: Mapping[str, str | None]) -> Iterator[RowError]:
    word, reference = cells["class"], cells["reference"]
    if word in SENSITIVE_CLASSES:
        yield RowError(row, "class", None, ONLY_COUNTED)
        return
    if word not in CLASSES:
        yield RowError(row, "class", word and shown(word), f"expected {', '.join(PlacedClass)}")
    if reference is not None and (_IDENTITY.search(reference) or _PHONE.search(reference)):
        # Not shown: it may be one.
        wanted = "expected a reference of the office's own; this looks like an identity number or a phone"
        yield RowError(row, "reference", None, wanted)
    elif (wrong := fault(reference or "")) is not None:
        yield RowError(row, "reference", reference and shown(reference), wrong)
    for meaning in ("since", "until"):
        text = cells.get(meaning)
        try:
            _day(text)
        except ValueError:
            yield RowError(row, meaning, text and shown(text), "expected a date such as 2026-11-02")


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    found = _DAY.fullmatch(text)
    return date.fromisoformat(text) if found is None else date(*(int(part) for part in found.groups()))
