"""Takes the picture of docs/core.md by running the code of that page."""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"


def main() -> None:
    """Run the page's code where its files are, and keep what it drew."""
    page = (DOCS / "core.md").read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL))
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        shutil.copytree(DOCS / "examples", folder, dirs_exist_ok=True)
        exec(compile(code, "core.md", "exec"), {})  # noqa: S102 - it is our own page
        shutil.copy("walk.png", DOCS / "images" / "walk.png")


if __name__ == "__main__":
    main()
