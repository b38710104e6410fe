"""A witness (例证): a small state that shows something about a plan, in numbers and in Chinese."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hecha.kernel.ids import Access
from hecha.plan.readback import FLAGS

_ACCESS = {Access.NATIONAL: "全国性接口行", Access.LOCAL: "地方性接口行", Access.NONE: "非接口行"}
_DATA = {"severe": "数据严重误差", "disturbing": "数据有影响业务的误差"}


def _out(minutes: int) -> str:
    return f"断{_length(minutes)}" if minutes else "正常"


def _length(minutes: int) -> str:
    """`481` → 8小时1分钟."""
    hours, rest = divmod(minutes, 60)
    return "".join(f"{number}{unit}" for number, unit in ((hours, "小时"), (rest, "分钟")) if number)


@dataclass(frozen=True, slots=True)
class OutletState:
    """Minutes from begin to recovery in each mode and in both; 0 works, None has no such mode."""

    outlet: str
    bank: str
    access: Access
    county: str
    city: str
    interface: int | None
    non_interface: int | None
    both: int

    def in_words(self) -> str:
        modes = [("接口", self.interface), ("非接口", self.non_interface)]
        said = [zh + _out(minutes) for zh, minutes in modes if minutes is not None]
        if self.interface and self.non_interface:
            said.append(f"同时{_out(self.both)}")
        return f"{self.outlet}（{self.bank}，{_ACCESS[self.access]}，{self.city}{self.county}）：{'、'.join(said)}"


@dataclass(frozen=True, slots=True)
class CityState:
    """`kind` ∈ severe, disturbing, for `minutes`; of `count` cities alike."""

    kind: str
    minutes: int
    count: int = 1

    def in_words(self) -> str:
        return f"{self.count}个地市{_DATA[self.kind]}{_length(self.minutes)}"


@dataclass(frozen=True, slots=True)
class Witness:
    """A whole state; `weight` is less for a smaller one."""

    outlets: tuple[OutletState, ...] = ()
    cities: tuple[CityState, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def weight(self) -> tuple[int, int, int, int]:
        """Flags, then affected outlets and cities, then all outlets, then minutes."""
        broken = sum(1 for each in self.outlets if each.interface or each.non_interface)
        minutes = sum((each.interface or 0) + (each.non_interface or 0) + each.both for each in self.outlets)
        wrong = sum(each.count for each in self.cities)
        minutes += sum(each.minutes * each.count for each in self.cities)
        return len(self.flags), broken + wrong, len(self.outlets) + wrong, minutes

    def in_words(self) -> str:
        concerned = any(each.interface or each.non_interface for each in self.outlets)
        said = [each.in_words() for each in self.outlets] if concerned else []
        said += [each.in_words() for each in self.cities]
        return "；".join([*said, *(FLAGS[flag].partition("（")[0] for flag in self.flags)]) or "一切正常"

    def as_json(self) -> Mapping[str, Any]:
        """Minutes and names, as stored in a check report."""
        return {
            "outlets": [{name: getattr(each, name) for name in OutletState.__slots__} for each in self.outlets],
            "cities": [{name: getattr(each, name) for name in CityState.__slots__} for each in self.cities],
            "flags": list(self.flags),
            "zh": self.in_words(),
        }
