"""Faults of the police source's data (数据质量故障), settable while it runs: records, photos, odd answers.

| fault | value | what happens |
|---|---|---|
| data | `3303=0.43` | that share of the city's registered citizens is right; others are missing or named otherwise |
| data | `3303=missing` | no citizen of the city is found |
| photo | `330302=shifted` | citizens of the county or city get the photo of the next citizen |
| photo | `all=down` | the photo service is away: no photos, everything else as usual |
| answer | `all=OTHER_ERROR`, `3303=NOT_FOUND_OR_MISMATCH` | the source answers with that word, which is no result |
| issuing | `all=withheld` | 签发机关 is not returned |
| any | `3303=up` | mends it |

A value without an area is for `all`. Who is hit is computed from the citizen's index: the same people each
time. Cities and counties may be given by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hecha.edges.hops.wire import FaultOrder
from hecha.edges.sandbox.population import Citizen, scatter
from hecha.kernel.errors import BadInput
from hecha.kernel.ids import AreaCode
from hecha.network.model import Area, AreaKind
from hecha.verification.outcome import Outcome

EVERYWHERE = "all"
ODD_ANSWERS = ("OTHER_ERROR", "NOT_FOUND_OR_MISMATCH")
KINDS = ("data", "photo", "answer", "issuing")

_WORDS = {"photo": ("shifted", "down"), "answer": ODD_ANSWERS, "issuing": ("withheld",)}
_PARTS = 1_000_000


@dataclass(slots=True)
class DataFaults:
    """What is wrong with the data, by area code or `all`. `areas` are those of the network."""

    areas: Mapping[AreaCode, Area]
    table: dict[tuple[str, str], str] = field(default_factory=dict)  # (kind, area) -> value

    def order(self, order: FaultOrder) -> None:
        """Break or mend. Raises BadInput."""
        if order.fault not in KINDS:
            raise BadInput("fault", "没有这种故障 / no such fault", ", ".join(KINDS))
        name, equals, word = order.value.rpartition("=")
        area = self._area(name.strip() if equals else EVERYWHERE)
        value = word.strip()
        if value == "up":
            self.table.pop((order.fault, area), None)
        else:
            self.table[order.fault, area] = _checked(order.fault, value)

    def mend(self) -> None:
        """Everything is right again."""
        self.table.clear()

    def wrong_record(self, citizen: Citizen) -> Outcome | None:
        """What a wrong record answers, `None` when the record is right."""
        if not self.table:
            return None
        value = self._value("data", citizen)
        if not value:
            return None
        chance = scatter(~citizen.index & 0xFFFFFFFF)
        if value != "missing" and chance % _PARTS < round(float(value) * _PARTS):
            return None
        missing = value == "missing" or chance >> 40 & 1
        return Outcome.NOT_FOUND if missing else Outcome.NAME_MISMATCH

    def photo(self, citizen: Citizen) -> str:
        """`shifted`, `down` or ""."""
        return self._value("photo", citizen) if self.table else ""

    def odd_answer(self, citizen: Citizen | None) -> str:
        """The word that stands where a result should be, or ""."""
        if not self.table:
            return ""
        return self._value("answer", citizen) if citizen else self.table.get(("answer", EVERYWHERE), "")

    def withheld(self, citizen: Citizen) -> bool:
        return bool(self.table) and self._value("issuing", citizen) == "withheld"

    def _value(self, kind: str, citizen: Citizen) -> str:
        """County before city before everywhere."""
        for area in (citizen.county, citizen.city, EVERYWHERE):
            if value := self.table.get((kind, area)):
                return value
        return ""

    def _area(self, name: str) -> str:
        if name == EVERYWHERE:
            return name
        places = (area for area in self.areas.values() if area.kind is not AreaKind.PROVINCE)
        found = [area.code for area in places if name and name in (area.code, area.zh, area.short)]
        if len(found) == 1:
            return found[0]
        what = "有重名 / several areas are called" if found else "没有这个地区 / no such area"
        raise BadInput("value", f"{what} {name!r}", "用代码 3303=0.43 或 all=0.43 / give a code, or all")


def _checked(kind: str, value: str) -> str:
    if kind == "data":
        return _accuracy(value)
    if value not in _WORDS[kind]:
        raise BadInput("value", f"{kind} 没有 {value!r} / no such value", "、".join((*_WORDS[kind], "up")))
    return value


def _accuracy(value: str) -> str:
    if value == "missing":
        return value
    try:
        share = float(value)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise BadInput(
            "value", f"准确率 {value!r} 应在 0 到 1 之间 / accuracy should be 0 to 1", "3303=0.43, 3303=missing"
        )
    return value
