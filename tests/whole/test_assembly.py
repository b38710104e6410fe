"""The assembled console in one process: health pages tell the truth, the mounts answer."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from hecha.edges import settings as settings_module
from hecha.edges.assemble import House, _guarded, console


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("HECHA_HOME", str(tmp_path))
    settings_module.settings.cache_clear()
    chosen = replace(settings_module.settings(), base_port=1)  # nothing answers there
    with TestClient(console(chosen)) as client:
        yield client
    settings_module.settings.cache_clear()


def test_it_lives_and_is_ready_without_any_chain(client: TestClient) -> None:
    assert client.get("/healthz").text == "ok"
    assert client.get("/readyz").json()["ready"] is True


def test_a_fallen_loop_is_told(client: TestClient) -> None:
    async def falls() -> None:
        raise RuntimeError("by intent")

    house: House = client.app.state.house
    asyncio.run(_guarded(house, "监测 watch", falls()))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "监测 watch" in answer.json()["trouble"]
    assert client.get("/sign-in").status_code == 200  # the pages go on


def test_figures_name_nobody(client: TestClient) -> None:
    lines = [line for line in client.get("/metrics").text.splitlines() if not line.startswith("#")]
    assert lines
    assert all(line.startswith("hecha_") and "{" not in line for line in lines)


def test_the_machine_interface_and_the_pages_stand_side_by_side(client: TestClient) -> None:
    assert "/v1/verifications" in client.get("/api/openapi.json").json()["paths"]
    assert client.get("/api/v1/situation").status_code == 401
    assert "登录" in client.get("/sign-in").text
