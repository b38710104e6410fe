"""The title of an incident (事件名称), in Chinese as documents carry it: where, and what does not work."""

from collections.abc import Sequence

from hecha.flow.sighting import Sighting
from hecha.kernel.ids import AreaCode
from hecha.network.model import AreaKind, Network

NAMED_MAX = 3


def title_of(network: Network, sighting: Sighting) -> str:
    """`温州市辖内网点两种方式均不能核查`; `10个地市公民身份信息严重误差`; what a group judged is named as such."""
    if sighting.flag:
        return {"staff_shortage": "人力资源短缺影响核查业务"}.get(sighting.flag, "灾害致系统或节点崩溃")
    areas = tuple(AreaCode(code) for code in sighting.extent.areas)
    where = _where(network, areas)
    if sighting.extent.data_cities:
        return f"{where}公民身份信息误差"
    return f"{where}网点{_what(sighting)}"


def _what(sighting: Sighting) -> str:
    hit = sighting.extent
    if hit.dark and hit.dark >= max(hit.interface, hit.non_interface):
        return "两种方式均不能核查"
    if hit.interface and hit.non_interface:
        return "核查受阻"
    return "不能以接口方式核查" if hit.interface else "不能以非接口方式核查"


def _where(network: Network, areas: Sequence[AreaCode]) -> str:
    """The areas, by the largest that are whole; counted when there are many."""
    counties = {code for code in areas if network.areas[code].kind is AreaKind.COUNTY}
    cities = [code for code in areas if network.areas[code].kind is AreaKind.CITY]
    for city in (one for one in network.areas.values() if one.kind is AreaKind.CITY):
        below = {one.code for one in network.areas.values() if one.parent == city.code}
        if below and below <= counties:
            counties -= below
            cities.append(city.code)
    total = sum(one.kind is AreaKind.CITY for one in network.areas.values())
    if not areas or (not counties and len(set(cities)) == total):
        return "全省"
    named = [network.areas[code].zh for code in [*dict.fromkeys(cities), *sorted(counties)]]
    if len(named) <= NAMED_MAX:
        return "、".join(named) + "辖内"
    kinds = f"{len(set(cities))}个地市" if cities else ""
    return kinds + (f"{len(counties)}个县（市、区）" if counties else "")
