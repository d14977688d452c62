"""What docs/clients.md shows is run as it stands there, but for what it says is not run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from served_town import Town

ROOT: Final = Path(__file__).resolve().parent.parent.parent
PAGE: Final = (ROOT / "docs" / "clients.md").read_text("utf-8")
RUN_BY: Final = {
    "bash": ["bash", "-euo", "pipefail", "-c"],
    "python": [sys.executable, "-c"],
    "javascript": [str(Path(sys.executable).with_name("node")), "--input-type=module", "-e"],
}
SHOWN: Final = [
    (language, code)
    for language, code in re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    if "not run" not in code.splitlines()[0]
]


def test_each_language_is_shown() -> None:
    assert {language for language, _ in SHOWN} == set(RUN_BY)


@pytest.mark.parametrize(("language", "code"), SHOWN, ids=[f"{one}-{n}" for n, (one, _) in enumerate(SHOWN)])
def test_an_example_runs(town: Town, tmp_path: Path, language: str, code: str) -> None:
    environment = {**os.environ, "GIS_GRID_URL": town.url, "GIS_GRID_TOKEN": town.token}
    ended = subprocess.run(
        [*RUN_BY[language], code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout or list(tmp_path.iterdir())
    assert "ERROR" not in ended.stderr
