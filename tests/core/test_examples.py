import doctest
import importlib
import pkgutil

import pytest

from gis_grid import core

MODULES = sorted(module.name for module in pkgutil.walk_packages(core.__path__, "gis_grid.core."))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_core_are_true(name) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
