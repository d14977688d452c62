import importlib
import re
import shutil
from pathlib import Path

import matplotlib as mpl
import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "core.md").read_text(encoding="utf-8")
CODE = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def _beside_the_examples(tmp_path, monkeypatch) -> None:
    shutil.copytree(DOCS / "examples", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    mpl.use("Agg")


@pytest.mark.usefixtures("_beside_the_examples")
def test_the_page_prints_what_it_says_and_draws_its_picture(capsys, tmp_path) -> None:
    names: dict[str, object] = {}
    for block in CODE:
        exec(compile(block, "core.md", "exec"), names)
    (said,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert capsys.readouterr().out == said
    assert (tmp_path / "walk.png").stat().st_size > 10_000


def test_a_gpx_is_judged_in_ten_lines_beside_the_imports() -> None:
    lines = [line for line in CODE[0].splitlines() if line and not re.match(r"(from|import) ", line)]
    assert len(lines) <= 10


def test_every_module_that_the_page_names_is_there() -> None:
    for name in set(re.findall(r"gis_grid(?:\.[a-z_]+)+", PAGE)):
        try:
            importlib.import_module(name)
        except ModuleNotFoundError:
            module, attribute = name.rsplit(".", 1)
            assert hasattr(importlib.import_module(module), attribute), name
