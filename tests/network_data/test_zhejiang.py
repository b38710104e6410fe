"""The network of Zhejiang: its areas in two revisions, its banks, its outlets, its cards."""

import hashlib
from collections import Counter

import pytest

from hecha.edges.files.network_folder import built_in_networks, default_paths, load_network
from hecha.edges.sandbox.population import authority
from hecha.kernel.ids import Access, Mode
from hecha.network.expression import names, parse, show
from hecha.network.model import AreaKind

NOW, OLD = load_network("zhejiang"), load_network("zhejiang@2007")
CITIES = ["杭州", "宁波", "温州", "嘉兴", "湖州", "绍兴", "金华", "衢州", "舟山", "台州", "丽水"]
BOTH = pytest.mark.parametrize("network", [NOW, OLD], ids=["now", "2007"])


def counties(network):
    return [area for area in network.areas.values() if area.kind is AreaKind.COUNTY]


def names_of(network):
    return {area.zh for area in counties(network)}


@pytest.mark.parametrize(
    ("network", "by_city", "by_kind"),
    [
        (NOW, [13, 10, 12, 7, 5, 6, 9, 6, 4, 9, 9], {"区": 37, "市": 20, "县": 33}),
        (OLD, [13, 11, 11, 7, 5, 6, 9, 6, 4, 9, 9], {"区": 32, "市": 22, "县": 36}),
    ],
    ids=["now", "2007"],
)
def test_90_counties_by_city_and_by_kind(network, by_city, by_kind):
    count = Counter(area.parent for area in counties(network))
    cities = [area for area in network.areas.values() if area.kind is AreaKind.CITY]
    assert [area.short for area in cities] == CITIES
    assert [count[area.code] for area in cities] == by_city
    assert sum(by_city) == 90
    assert Counter(area.zh[-1] for area in counties(network)) == by_kind


@BOTH
def test_codes_are_well_formed_and_lie_below_their_parents(network):
    for area in network.areas.values():
        assert area.code.isdigit()
        assert len(area.code) == {"province": 2, "city": 4, "county": 6}[area.kind]
        assert (area.parent or "") == area.code[:-2]
    assert len({area.zh for area in network.areas.values()}) == 102


def test_what_changed_between_the_revisions():
    assert names_of(NOW) - names_of(OLD) == {
        *("富阳区", "临安区", "临平区", "钱塘区", "奉化区", "洞头区", "龙港市", "柯桥区", "上虞区", "玉环市")
    }
    assert names_of(OLD) - names_of(NOW) == {
        *("下城区", "江干区", "江东区", "富阳市", "临安市", "奉化市", "洞头县", "绍兴县", "上虞市", "玉环县")
    }
    assert (NOW.revision, OLD.revision) == ("2021-12-31", "2007-12-31")


def test_the_local_branch_is_that_of_the_county_or_else_of_the_area_above():
    assert NOW.areas["330122"].local_branch == "pbc/330122"
    assert NOW.areas["330302"].local_branch == ""
    assert NOW.areas["3303"].local_branch == "pbc/3303"
    assert NOW.areas["3301"].local_branch == ""  # the province acts for Hangzhou
    assert NOW.areas["33"].local_branch == "pbc/33"


@BOTH
def test_about_two_hundred_banks_of_every_class_and_access(network):
    by_class = Counter(bank.category for bank in network.banks.values())
    assert 190 <= len(network.banks) <= 210
    assert (by_class["policy"], by_class["state"], by_class["joint_stock"]) == (3, 6, 12)
    assert by_class["rural"] in range(75, 91)
    assert set(by_class) == {"policy", "state", "joint_stock", "city", "rural", "foreign", "village"}
    local = {bank.category for bank in network.banks.values() if bank.access is Access.LOCAL}
    assert local == {"city", "rural", "foreign"}  # whom the regulation calls 地方性接口行
    assert len({bank.zh for bank in network.banks.values()}) == len(network.banks)


@BOTH
def test_twelve_thousand_outlets_where_their_banks_and_counties_exist(network):
    assert len(network.outlets) == 12_000
    for outlet in network.outlets.values():
        assert network.areas[outlet.county].kind is AreaKind.COUNTY
        assert outlet.bank in network.banks
        assert "/" not in outlet.id
        assert len(outlet.id) <= 20
    assert len({outlet.zh for outlet in network.outlets.values()}) == 12_000
    assert {outlet.bank for outlet in network.outlets.values()} == set(network.banks)
    assert min(Counter(outlet.county for outlet in network.outlets.values()).values()) >= 20


def test_a_rural_bank_stays_at_home_and_the_large_ones_are_everywhere():
    by_bank = {}
    for outlet in NOW.outlets.values():
        by_bank.setdefault(outlet.bank, set()).add(outlet.county)
    assert by_bank["rcb-330109"] == {"330109"}
    assert len(by_bank["abc"]) == 90
    assert {NOW.areas[county].parent for county in by_bank["cb-qujiang"]} == {"3308"}


@pytest.mark.parametrize(("name", "digest"), [("zhejiang", "071e011683c1bad5"), ("zhejiang@2007", "f9d1e95884a9f40e")])
def test_the_same_outlets_on_every_load(name, digest):
    told = "\n".join(f"{o.id},{o.zh},{o.bank},{o.county}" for o in load_network(name).outlets.values())
    assert hashlib.sha256(told.encode()).hexdigest()[:16] == digest


@BOTH
def test_every_countys_cards_and_every_city_bureaus_lead_to_the_city(network):
    for county in counties(network):
        assert network.card_authorities[authority(county, network.areas)] == county.parent
    for area in network.areas.values():
        if area.kind is AreaKind.CITY:
            assert network.card_authorities[f"{area.zh}公安局"] == area.code
    assert set(network.card_authorities.values()) == {area.parent for area in counties(network)}


@pytest.mark.parametrize(
    ("printed", "city"),
    [
        ("杭州市公安局西湖分局", "3301"),
        ("杭州市公安局西湖区分局", "3301"),
        ("杭州市公安局下城分局", "3301"),
        ("富阳市公安局", "3301"),
        ("绍兴县公安局", "3306"),
        ("龙港市公安局", "3303"),
        ("景宁畲族自治县公安局", "3311"),
    ],
)
def test_cards_as_printed_now_and_formerly(printed, city):
    assert NOW.card_authorities[printed] == OLD.card_authorities[printed] == city


def test_the_paths_are_those_of_the_design():
    assert default_paths() == NOW.paths
    assert set(NOW.paths) == {
        (Access.NATIONAL, Mode.INTERFACE),
        (Access.LOCAL, Mode.INTERFACE),
        *((access, Mode.NON_INTERFACE) for access in Access),
    }
    national = set(names(NOW.paths[Access.NATIONAL, Mode.INTERFACE]))
    local = set(names(NOW.paths[Access.LOCAL, Mode.INTERFACE]))
    web = set(names(NOW.paths[Access.NONE, Mode.NON_INTERFACE]))
    assert "hq-interconnect" in national - local
    assert {"front/a", "front/b", "channel/production", "channel/backup"} <= (local & web) - national
    assert {"account-system", "credit-system", "direct-login"} <= web - local
    assert {"relay", "police", "city/{city}/line", "outlet/{outlet}/terminal"} <= national & local & web
    for expression in NOW.paths.values():
        assert parse(show(expression)) == expression


def test_the_built_in_networks_go_by_their_names():
    assert built_in_networks() == ["zhejiang"]
    assert (NOW.name, OLD.name) == ("zhejiang", "zhejiang@2007")
