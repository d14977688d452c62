"""The wheel carries all that the program needs: it runs where this repository is not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from gis_grid.kit import postgres

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    answer = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return next(folder.glob("*.whl"))


def tracked(folder: str) -> set[str]:
    return {str(path.relative_to(ROOT / folder)) for path in (ROOT / folder).rglob("*") if path.is_file()}


def test_the_wheel_holds_the_package_and_every_file_beside_it(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    bundled = {
        "migrations": "migrations",
        "tiles": "tiles",
        "web/dist": "web",
        "sample_geojson": "sample_geojson",
    }
    for source, target in bundled.items():
        files = {name for name in tracked(source) if "__pycache__" not in name}
        assert files
        assert {f"gis_grid/_bundled/{target}/{name}" for name in files} <= names
    package = {name for name in tracked("gis_grid") if "__pycache__" not in name}
    assert {f"gis_grid/{name}" for name in package} <= names
    assert [name for name in names if "__pycache__" in name or name.startswith(("tests/", "web/"))] == []


def run(command: list[str | Path], folder: Path, **environment: str) -> str:
    answer = subprocess.run(
        command,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


def install(wheel: Path, folder: Path) -> Path:
    """Install the wheel into an empty environment and return its programs' folder."""
    venv.create(folder / "venv")
    programs = folder / "venv" / "bin"
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", programs / "python", "install"]
    run([*pip, "--quiet", "--no-deps", "--no-index", wheel], folder, PIP_DISABLE_PIP_VERSION_CHECK="1")
    # What it depends on is borrowed from this environment, so nothing is fetched. The editable install of the
    # checkout does not come along: a folder that a .pth file names is not searched for .pth files.
    site = run([programs / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], folder)
    Path(site.strip(), "borrowed.pth").write_text(f"{sysconfig.get_path('purelib')}\n", "utf-8")
    borrow_compiled_loops(Path(site.strip(), "gis_grid"))
    return programs


def borrow_compiled_loops(package: Path) -> None:
    """Take along what was compiled from the same source here, for which the demo would need a minute.

    It is used with a source of that size, time and bytecode; what is missing or of another is compiled.
    """
    for compiled in (ROOT / "gis_grid").rglob("__pycache__/*.nb[ci]"):
        source = compiled.parent.parent / f"{compiled.name.partition('.')[0]}.py"
        installed = package / source.relative_to(ROOT / "gis_grid")
        if installed.is_file() and installed.read_bytes() == source.read_bytes():
            shutil.copy(compiled, installed.parent / "__pycache__")
            shutil.copystat(source, installed)


@pytest.mark.slow
@pytest.mark.skipif(not postgres.installed(), reason="no PostgreSQL with PostGIS on this machine")
def test_the_demo_runs_from_the_wheel_in_an_empty_environment(wheel: Path, data_dir: Path) -> None:
    programs = install(wheel, data_dir)
    package = run([programs / "python", "-c", "import gis_grid; print(gis_grid.__file__)"], data_dir)
    assert package.startswith(str(data_dir))
    settings = {"GIS_GRID_DATA_DIR": str(data_dir), "GIS_GRID_PORT": "0"}
    assert run([programs / "gis-grid", "demo", "--exit"], data_dir, **settings)
