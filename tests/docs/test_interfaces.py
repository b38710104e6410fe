"""docs/api.md names every interface, and none that is not there."""

import re
from pathlib import Path
from typing import cast

from hecha.edges.api.app import api
from hecha.edges.api.desk import Desk
from hecha.edges.api.signing_in import Tokens
from hecha.edges.notify.desk import NoticeDesk
from hecha.flow.picture import Picture
from hecha.verification.outcome import Outcome

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/api.md").read_text(encoding="utf-8")


def documented(heading: str) -> set[tuple[str, str]]:
    """(method, path) of the table under a heading."""
    part = TEXT.split(f"## {heading}", 1)[1].split("\n## ", 1)[0]
    return set(re.findall(r"^\| ([A-Z]+) \| `([^`]+)` \|", part, re.MULTILINE))


def test_the_consoles_interfaces() -> None:
    nobody = {"notices": cast(NoticeDesk, None), "tokens": Tokens({}), "sessions": lambda _: None}
    app = api(cast(Desk, None), lambda: cast(Picture, None), **nobody)
    paths = app.openapi()["paths"]
    served = {(method.upper(), f"/api{path}") for path, methods in paths.items() for method in methods}
    assert documented("控制台") == served


def test_an_entrances_interfaces() -> None:
    source = (ROOT / "src/hecha/edges/hops/entrance_app.py").read_text(encoding="utf-8")
    served = {(method, path) for path, method in re.findall(r'Route\("([^"]+)", \S+, methods=\["([A-Z]+)"\]', source)}
    assert documented("入口") == served


def test_every_outcome_is_explained() -> None:
    assert {outcome.value for outcome in Outcome} <= set(re.findall(r"`([a-z_]+)`", TEXT.split("| outcome |")[1]))
