"""Filters in CQL2 (OGC 21-065r2): read, checked against an allow-list, made conditions with binds.

Nothing of a filter's text reaches SQL: operators and properties are looked up in lists of our own, and all
values are bound.
"""

from gis_grid.ogc.filter.conditions import condition_of
from gis_grid.ogc.filter.reading import Language

__all__ = ["CLASSES", "Language", "condition_of"]

_CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf"
_FEATURES = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf"

CLASSES = (
    *(
        f"{_CQL2}/{name}"
        for name in (
            *("cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators"),
            *("case-insensitive-comparison", "basic-spatial-functions", "basic-spatial-functions-plus"),
            *("spatial-functions", "temporal-functions", "property-property", "arithmetic"),
        )
    ),
    *(
        f"{_FEATURES}/{name}"
        for name in ("queryables", "queryables-query-parameters", "filter", "features-filter")
    ),
)
"""Conformance classes of filters that hold; accents, arrays and functions of servers do not."""
