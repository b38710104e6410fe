"""The national network for measuring."""

from collections import Counter

from hecha.edges.sandbox.national import national_network
from hecha.network.model import AreaKind


def test_31_provinces_and_220_000_outlets():
    network = national_network()
    kinds = Counter(area.kind for area in network.areas.values())
    assert kinds == {AreaKind.PROVINCE: 31, AreaKind.CITY: 341, AreaKind.COUNTY: 2728}
    assert len(network.outlets) == 220_000
    assert {outlet.county for outlet in network.outlets.values()} == {
        area.code for area in network.areas.values() if area.kind is AreaKind.COUNTY
    }


def test_a_smaller_one_is_the_same_each_time():
    assert national_network(10_000).outlets == national_network(10_000).outlets
    assert len(national_network(10_000).outlets) == 10_000
