"""Hop pings through an entrance: they take the way of a request, name what could not be passed, and leave no trace."""

import asyncio

import pytest

from hecha.edges.hops.entrance_client import EntranceClient
from hecha.kernel.errors import BadInput

pytestmark = [pytest.mark.chain, pytest.mark.xdist_group("entrances")]
BOTH = pytest.mark.parametrize("at", ["entrance-bank", "entrance-web"])


def ping(province, at, **asked):
    async def once():
        async with EntranceClient(f"http://{province.address(at)}", province.token("console")) as entrance:
            return await entrance.ping(**asked)

    return asyncio.run(once())


WAYS = [
    ({"outlet": "l1", "mode": "interface"}, "bank/loc/core"),
    ({"outlet": "n1", "mode": "interface"}, "hq-interconnect"),
    ({"outlet": "l1", "mode": "non_interface"}, "account-system"),
    ({"outlet": "w1", "mode": "non_interface"}, "account-system"),
    ({"entry": "direct-login"}, "direct-login"),
    ({"entry": "bank/nat/core"}, "hq-interconnect"),
    ({"mode": "interface"}, "relay"),
    ({"mode": "non_interface", "via": "front/b"}, "front/b"),
    ({"mode": "non_interface", "via": "channel/backup"}, "channel/backup"),
]


@BOTH
@pytest.mark.parametrize(("asked", "passes"), WAYS)
def test_a_ping_takes_the_way_it_is_told(province, at, asked, passes):
    pong = ping(province, at, **asked)
    assert pong.reached
    hops = [step.hop for step in pong.path]
    assert passes in hops
    assert hops[-1] == "police"


BREAKS = [
    ("outlet/l1/terminal", {"outlet": "l1", "mode": "interface"}),
    ("outlet/l1/line", {"outlet": "l1", "mode": "non_interface"}),
    ("county/A11/line", {"outlet": "l1", "mode": "interface"}),
    ("city/A1/line", {"outlet": "l1", "mode": "non_interface"}),
    ("bank/loc/core", {"outlet": "l1", "mode": "interface"}),
    ("bank/loc/core", {"entry": "bank/loc/core", "target": "bank/loc/core"}),
    ("account-system", {"entry": "account-system"}),
    ("credit-system", {"entry": "credit-system"}),
    ("interface-service", {"mode": "interface"}),
    ("hq-interconnect", {"outlet": "n1", "mode": "interface"}),
    ("police", {"mode": "non_interface"}),
]


@BOTH
@pytest.mark.parametrize(("component", "asked"), BREAKS)
def test_what_is_broken_is_named(province, at, component, asked):
    province.breaks(component)
    pong = ping(province, at, **asked)
    assert not pong.reached
    assert pong.broke_at == component


@BOTH
def test_one_entry_suffices_for_an_outlets_ping_and_the_broken_one_is_passed_by(province, at):
    province.breaks("account-system")
    pong = ping(province, at, outlet="w1", mode="non_interface")
    assert pong.reached
    assert "credit-system" in [step.hop for step in pong.path]


@BOTH
def test_a_ping_to_an_outlets_last_line_goes_no_further(province, at):
    province.breaks("police")
    pong = ping(province, at, outlet="l1", mode="interface", target="city/A1/line")
    assert pong.reached
    assert [step.hop for step in pong.path] == ["city/A1/line"]


def test_the_other_entrance_gone_its_entry_is_named(province):
    province.kill("entrance-web")
    assert ping(province, "entrance-bank", entry="direct-login").broke_at == "direct-login"
    assert ping(province, "entrance-web", entry="direct-login").broke_at == "", "silence names nobody"


def test_an_outlet_that_is_none_is_refused(province):
    with pytest.raises(BadInput):
        ping(province, "entrance-bank", outlet="nowhere", mode="interface")


def test_pings_are_not_journalled(province):
    before = province.rows("entrance-bank"), province.rows("relay")
    ping(province, "entrance-bank", outlet="l1", mode="interface")
    assert (province.rows("entrance-bank"), province.rows("relay")) == before


def test_a_slow_line_is_no_broken_line(province):
    province.breaks("outlet/l1/line", "slow", "1200")
    assert ping(province, "entrance-bank", outlet="l1", mode="interface").reached
