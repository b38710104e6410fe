"""From the issuing authority as people type it to the city that it belongs to."""

import pytest

from hecha.edges.files.network_folder import load_network
from hecha.network.card_authority import city_of_authority

AUTHORITIES = load_network("zhejiang").card_authorities


@pytest.mark.parametrize("printed", list(AUTHORITIES))
def test_every_listed_authority_with_spaces_or_the_province_in_front(printed):
    for typed in (printed, f" {printed[:2]} {printed[2:]}　", f"浙江省{printed}"):
        assert city_of_authority(typed, AUTHORITIES) == AUTHORITIES[printed]


@pytest.mark.parametrize(
    ("typed", "city"),
    [
        ("杭州市西湖区公安分局", "3301"),
        ("杭州市西湖区公安局", "3301"),
        ("温州市永嘉县公安局", "3303"),
        ("宁波市慈溪市公安局", "3302"),
        ("丽水市景宁畲族自治县公安局", "3311"),
        ("杭州市公安局西湖风景名胜区分局", "3301"),  # a branch that the table does not list
        ("浙江省 嘉兴市公安局 港区分局", "3304"),
    ],
)
def test_other_ways_of_writing_it(typed, city):
    assert city_of_authority(typed, AUTHORITIES) == city


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "公安局",
        "分局",
        "上海市公安局黄浦分局",
        "江苏省苏州市公安局",
        "西湖区",
        "杭州市",
        "杭州市公安局x",
        "3301",
    ],
)
def test_what_is_not_of_this_network_has_no_city(typed):
    assert city_of_authority(typed, AUTHORITIES) is None
