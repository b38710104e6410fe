"""A network written inside a scenario: cities with their counties, banks with their access, outlets."""

import difflib
from collections.abc import Collection, Mapping
from typing import Any

from hecha.flow.scenario_words import identity, items, keys, mapping, text
from hecha.kernel.errors import BadInput
from hecha.kernel.ids import Access, AreaCode, BankId, Mode, OutletId
from hecha.network.model import Area, AreaKind, Bank, Expression, Network, Outlet

PROVINCE = AreaCode("province")


def inline_network(given: Mapping[Any, Any], paths: Mapping[tuple[Access, Mode], Expression]) -> Network:
    """The network; every city and county has a branch of its own, and one province stands above them."""
    keys("network", given, ("cities", "banks", "outlets"))
    areas = _areas(mapping("cities", given.get("cities") or {}))
    banks = _banks(mapping("banks", given.get("banks") or {}))
    outlets = _outlets(items("outlets", given.get("outlets")), areas, banks)
    return Network("inline", "情景内的网络", "", areas, banks, outlets, paths)


def _areas(cities: Mapping[str, Any]) -> dict[AreaCode, Area]:
    areas: dict[AreaCode, Area] = {}
    for name, counties in cities.items():
        city = _area(areas, "cities", name, AreaKind.CITY, PROVINCE)
        for county in items(city, counties):
            _area(areas, city, county, AreaKind.COUNTY, city)
    top = Area(PROVINCE, "省", AreaKind.PROVINCE, None, "省", f"pbc/{PROVINCE}")
    if PROVINCE in areas:
        raise BadInput(PROVINCE, "是全省的名字 / is the name of the whole province", "换一个 / choose another")
    return {PROVINCE: top, **areas}


def _area(areas: dict[AreaCode, Area], where: str, name: object, kind: AreaKind, parent: AreaCode) -> AreaCode:
    code = AreaCode(identity(where, name))
    if code in areas:
        raise BadInput(code, "地区列了两次 / the area is listed twice", "改名 / rename one")
    areas[code] = Area(code, code, kind, parent, code, f"pbc/{code}")
    return code


def _banks(given: Mapping[str, Any]) -> dict[BankId, Bank]:
    banks: dict[BankId, Bank] = {}
    for name, entry in given.items():
        bank = BankId(identity("banks", name))
        fields = mapping(bank, entry)
        keys(bank, fields, ("interface",), required=("interface",))
        word = text("interface", fields["interface"])
        if word not in set(Access):
            what = f"未知的接口类别 {word!r} / unknown interface {word!r}"
            raise BadInput(bank, what, _one_of(word, [one.value for one in Access]))
        banks[bank] = Bank(bank, bank, Access(word))
    return banks


def _outlets(
    entries: list[object], areas: Mapping[AreaCode, Area], banks: Mapping[BankId, Bank]
) -> dict[OutletId, Outlet]:
    counties = [code for code, area in areas.items() if area.kind is AreaKind.COUNTY]
    known = frozenset(counties)
    outlets: dict[OutletId, Outlet] = {}
    for entry in entries:
        one = mapping("outlets", entry)
        keys("outlets", one, ("id", "bank", "county"), required=("id", "bank", "county"))
        name = OutletId(identity("id", one["id"]))
        if name in outlets:
            raise BadInput(name, "网点列了两次 / the outlet is listed twice", "改名 / rename one")
        bank, county = text("bank", one["bank"]), text("county", one["county"])
        if bank not in banks:
            raise BadInput(name, f"没有银行 {bank} / no bank {bank}", _one_of(bank, list(banks)))
        if county not in known:
            raise BadInput(name, f"没有县市 {county} / no county {county}", _one_of(county, counties))
        outlets[name] = Outlet(name, name, BankId(bank), AreaCode(county))
    return outlets


def _one_of(word: str, options: Collection[str]) -> str:
    near = difflib.get_close_matches(word, list(options), 1, 0.5)
    if near:
        return f"是否为 {near[0]} / did you mean {near[0]}?"
    return "可用 / one of: " + ", ".join(list(options)[:12])
