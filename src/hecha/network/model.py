"""The network as values: areas, banks, outlets, and the expressions that say when a mode works."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from hecha.kernel.errors import BadInput
from hecha.kernel.ids import Access, AreaCode, BankId, Mode, OutletId


class AreaKind(StrEnum):
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


@dataclass(frozen=True, slots=True)
class Area:
    """`local_branch` is the unit that is 当地分支机构 for it ("" = that of the area above)."""

    code: AreaCode
    zh: str
    kind: AreaKind
    parent: AreaCode | None = None
    short: str = ""
    local_branch: str = ""


@dataclass(frozen=True, slots=True)
class Bank:
    """`category` ∈ policy, state, joint_stock, city, rural, foreign, village."""

    id: BankId
    zh: str
    access: Access
    category: str = ""


@dataclass(frozen=True, slots=True)
class Outlet:
    id: OutletId
    zh: str
    bank: BankId
    county: AreaCode


@dataclass(frozen=True, slots=True)
class Part:
    """A component, or a template with {outlet}, {county}, {city}, {province}, {bank}: `outlet/{outlet}/line`."""

    name: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """&: every operand is needed."""

    operands: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """|: the operands are redundant."""

    operands: tuple["Expression", ...]


Expression = Part | AllOf | AnyOf
# Parsed by `hecha.network.expression.parse(text)` and printed by `hecha.network.expression.show(expression)`.


@dataclass(frozen=True, slots=True)
class Network:
    """`revision` is the date of the region table, frozen into each event."""

    name: str
    zh: str
    revision: str
    areas: Mapping[AreaCode, Area]
    banks: Mapping[BankId, Bank]
    outlets: Mapping[OutletId, Outlet]
    paths: Mapping[tuple[Access, Mode], Expression]  # a missing pair: such banks have no such mode
    card_authorities: Mapping[str, AreaCode] = field(default_factory=dict)
    # the issuing authority as printed on a card (杭州市公安局西湖分局) -> its city

    def without(self, cities: Collection[AreaCode]) -> "Network":
        """The network as a plan sees it that leaves these cities out. Raises BadInput for one that is no city here."""
        if not cities:
            return self
        for code in sorted(cities):
            if code not in self.areas or self.areas[code].kind is not AreaKind.CITY:
                raise BadInput(f"left_out_cities {code}", f"{self.zh}没有这个地市 no such city", "写四位代码 its code")
        gone = set(cities) | {area.code for area in self.areas.values() if area.parent in cities}
        return replace(
            self,
            areas={code: area for code, area in self.areas.items() if code not in gone},
            outlets={id: outlet for id, outlet in self.outlets.items() if outlet.county not in gone},
            card_authorities={name: city for name, city in self.card_authorities.items() if city not in gone},
        )

    def city_of(self, county: AreaCode) -> AreaCode:
        """The city above a county."""
        parent = self.areas[county].parent
        assert parent is not None
        return parent
