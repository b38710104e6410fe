"""docs/api.md names every interface, and none that is not there."""

import re
from pathlib import Path

from starlette.routing import Mount

from hecha.edges.assemble import console
from hecha.edges.settings import Settings
from hecha.verification.outcome import Outcome

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/api.md").read_text(encoding="utf-8")


def documented(heading: str) -> set[tuple[str, str]]:
    """(method, path) of the table under a heading."""
    part = TEXT.split(f"## {heading}", 1)[1].split("\n## ", 1)[0]
    return set(re.findall(r"^\| ([A-Z]+) \| `([^`]+)` \|", part, re.MULTILINE))


def test_the_consoles_interfaces(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'hecha.db'}"
    app = console(Settings(tmp_path, "zhejiang", (), "zhejiang", url, "127.0.0.1", 9700))
    machine = next(route.app for route in app.routes if isinstance(route, Mount) and route.path == "/api")
    paths = machine.openapi()["paths"]
    app.state.house.site.store.close()
    served = {(method.upper(), f"/api{path}") for path, methods in paths.items() for method in methods}
    assert documented("控制台") == served


def test_the_integrations_interfaces() -> None:
    source = (ROOT / "src/hecha/edges/integrations/app.py").read_text(encoding="utf-8")
    routes = re.findall(r'Route\("([^"]+)", \S+, methods=\["([A-Z]+)"\]', source)
    assert documented("接入") == {(method, f"/integrations{path}") for path, method in routes}


def test_an_entrances_interfaces() -> None:
    source = (ROOT / "src/hecha/edges/hops/entrance_app.py").read_text(encoding="utf-8")
    served = {(method, path) for path, method in re.findall(r'Route\("([^"]+)", \S+, methods=\["([A-Z]+)"\]', source)}
    assert documented("入口") == served


def test_every_outcome_is_explained() -> None:
    assert {outcome.value for outcome in Outcome} <= set(re.findall(r"`([a-z_]+)`", TEXT.split("| outcome |")[1]))
