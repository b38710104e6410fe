"""A network of a few plain files is as good as a province: its police source has as many citizens as fit."""

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

from hecha.edges.files.network_folder import load_network
from hecha.edges.hops.entrance_client import EntranceClient
from hecha.edges.hops.topology import sandbox_topology
from hecha.edges.sandbox.population import SIZE, SLOTS, Population
from hecha.verification.outcome import Outcome
from tests.network_data.test_network_folder import PATHS, folder
from tests.whole.province import Province

WAY = "outlet/{outlet}/terminal & outlet/{outlet}/line & county/{county}/line & city/{city}/line & (front/a | front/b)"
ALL = WAY + " & (channel/production | channel/backup) & direct-login & relay & police"


def small(tmp_path: Path) -> str:
    place = tmp_path / "network"
    place.mkdir()
    return folder(place, paths__toml=PATHS.replace("outlet/{outlet}/line & (a | b)", ALL))


def test_a_small_network_has_as_many_citizens_as_it_has_numbers_for(tmp_path):
    people = Population(load_network(small(tmp_path)))
    assert SLOTS < len(people) < 2 * SLOTS
    last = people.citizen(len(people) - 1)
    assert people.find(last.number) == last
    assert people.find(people.nobody(7)) is None


def test_the_province_keeps_its_million():
    assert len(Population(load_network("zhejiang"))) == SIZE


@pytest.mark.chain
def test_it_comes_up_whole_and_verifies(tmp_path, monkeypatch):
    name = small(tmp_path)
    monkeypatch.setenv("HECHA_NETWORK", name)
    home = tmp_path / "home"
    home.mkdir()
    network = load_network(name)
    citizen = next(
        one for one in map(Population(network).citizen, range(99)) if not (one.card_lost or one.card_invalid)
    )
    with closing(Province(home)) as province:
        hop = sandbox_topology(home, province.base_port, network)["entrance-web"]

        async def asked() -> Outcome:
            url = f"http://{next(iter(hop.listeners.values()))}"
            async with EntranceClient(url, hop.tokens["console"]) as entrance:
                answer = await entrance.verify(name=citizen.name, number=citizen.number, outlet="o2", key="k")
                return answer.outcome

        wanted = Outcome.MATCH_PHOTO if citizen.has_photo else Outcome.MATCH_NO_PHOTO
        province.wait(lambda: asyncio.run(asked()) is wanted)
