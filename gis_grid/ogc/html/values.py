"""Values of features as people read them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from gis_grid.kit.features import Kind

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from gis_grid.kit.features import Property
    from gis_grid.ogc.html.pages import View

NOTHING: Final = "–"


def coded(sentence: str) -> Markup:
    """Return a sentence with what stands between backticks as code; everything in it is escaped."""
    parts = sentence.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(one) if n % 2 else one for n, one in enumerate(parts)
    )


def shown_value(value: Any, one: Property, page: View, tz: ZoneInfo) -> str:
    """Return a value of a property: a time in the town's zone, a number with its unit."""
    if value is None:
        return NOTHING
    if one.kind is Kind.BOOLEAN:
        return page.t("是", "yes") if value else page.t("否", "no")
    if one.kind is Kind.TIME:
        return f"{datetime.fromisoformat(value).astimezone(tz):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return f"{value} {one.unit}".rstrip()
