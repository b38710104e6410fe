"""The name of an incident (事件名称): where, and what does not work; in Chinese for documents, in parts for pages."""

from collections.abc import Mapping
from dataclasses import dataclass

from hecha.incident.event import Extent
from hecha.kernel.ids import AreaCode
from hecha.network.model import AreaKind, Network

NAMED_MAX = 3
WHAT: Mapping[str, str] = {
    "both": "两种方式均不能核查",
    "mixed": "核查受阻",
    "interface": "不能以接口方式核查",
    "non_interface": "不能以非接口方式核查",
    "data": "公民身份信息误差",
    "staff_shortage": "人力资源短缺影响核查业务",
    "collapse_by_disaster": "灾害致系统或节点崩溃",
}


@dataclass(frozen=True, slots=True)
class Name:
    """`areas` are few enough to be named; where there are more, they are counted. `what` is a key of WHAT."""

    what: str
    areas: tuple[AreaCode, ...] = ()
    cities: int = 0
    counties: int = 0

    @property
    def is_everywhere(self) -> bool:
        return not self.areas and not self.cities and not self.counties


def name_of(network: Network, extent: Extent, flag: str = "") -> Name:
    """Where it is, by the largest areas that are whole, and what does not work. `flag`: what a group judged."""
    if flag:
        return Name(flag if flag in WHAT else "mixed")
    return _where(network, tuple(AreaCode(code) for code in extent.areas), _what(extent))


def zh(network: Network, name: Name) -> str:
    """`温州市辖内网点两种方式均不能核查`, `10个地市公民身份信息误差`."""
    what = WHAT[name.what]
    if name.what in ("staff_shortage", "collapse_by_disaster"):
        return what
    where = "、".join(network.areas[code].zh for code in name.areas) + ("辖内" if name.areas else "")
    where += f"{name.cities}个地市" if name.cities else ""
    where += f"{name.counties}个县（市、区）" if name.counties else ""
    return f"{where or '全省'}{'' if name.what == 'data' else '网点'}{what}"


def _what(hit: Extent) -> str:
    if hit.data_cities:
        return "data"
    if hit.dark and hit.dark >= max(hit.interface, hit.non_interface):
        return "both"
    if hit.interface and hit.non_interface:
        return "mixed"
    return "interface" if hit.interface else "non_interface"


def _where(network: Network, areas: tuple[AreaCode, ...], what: str) -> Name:
    kinds = {code: network.areas[code].kind for code in areas if code in network.areas}
    counties = {code for code, kind in kinds.items() if kind is AreaKind.COUNTY}
    cities = [code for code, kind in kinds.items() if kind is AreaKind.CITY]
    all_cities = [area.code for area in network.areas.values() if area.kind is AreaKind.CITY]
    for city in all_cities:
        below = {one.code for one in network.areas.values() if one.parent == city}
        if below and below <= counties:
            counties -= below
            cities.append(city)
    whole = tuple(dict.fromkeys(cities))
    if not kinds or (not counties and len(whole) == len(all_cities)):
        return Name(what)
    if len(whole) + len(counties) <= NAMED_MAX:
        return Name(what, (*whole, *sorted(counties)))
    return Name(what, (), len(whole), len(counties))
