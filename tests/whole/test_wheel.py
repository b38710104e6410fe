"""The wheel carries all that a machine without this source tree needs."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("wheel")
ROOT = Path(__file__).resolve().parents[2]
CARRIED = [
    "hecha/edges/web/static/vendor/htmx.min.js",
    "hecha/edges/web/static/hecha.css",
    "hecha/edges/web/locale/en/LC_MESSAGES/hecha.mo",
    "hecha/edges/web/templates/board.html",
    "hecha/edges/store/migrations/versions/0001_first_schema.py",
    "hecha/edges/cli/where.toml",
    "hecha/data/plans/zhejiang/plan.toml",
    "hecha/data/networks/zhejiang/areas.toml",
]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(out), str(ROOT)]
    subprocess.run(command, check=True, timeout=280)
    with zipfile.ZipFile(next(out.glob("hecha-*.whl"))) as wheel:
        return set(wheel.namelist())


@pytest.mark.parametrize("name", CARRIED)
def test_the_wheel_carries(names: set[str], name: str) -> None:
    assert name in names


def test_the_wheel_carries_neither_tests_nor_data_of_a_run(names: set[str]) -> None:
    assert not [name for name in names if name.startswith(("tests/", "var/")) or name.endswith((".db", ".key"))]
