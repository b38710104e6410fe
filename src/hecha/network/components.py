"""Which components a network has, and whom each one serves.

A component without placeholder in the path expressions is common (公共); the others are local to an outlet,
or to all outlets of an area or a bank.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hecha.kernel.errors import BadInput
from hecha.kernel.ids import Access, BankId, ComponentId
from hecha.network.expression import names, placeholders
from hecha.network.model import Area, AreaKind, Network

_AREA_KINDS = {"county": AreaKind.COUNTY, "city": AreaKind.CITY, "province": AreaKind.PROVINCE}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a component stands: its template in the expressions and what fills the placeholders.

    Common ones have no binding; `outlet/x/line` has ("outlet/{outlet}/line", {"outlet": "x"})."""

    template: str
    binding: Mapping[str, str]


class Components:
    """All components that the expressions of a network speak of."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.templates: dict[str, frozenset[Access]] = {}
        for (access, _), path in network.paths.items():
            for name in names(path):
                self.templates[name] = self.templates.get(name, frozenset()) | {access}
        self._patterns = {name: _pattern(name) for name in self.templates if placeholders(name)}

    def place(self, component: str) -> Place | None:
        """Where a component stands; None when the network has no such component."""
        if component in self.templates and component not in self._patterns:
            return Place(component, {})
        for template, pattern in self._patterns.items():
            found = pattern.fullmatch(component)
            if found and self._fits(template, found.groupdict()):
                return Place(template, found.groupdict())
        return None

    def needed(self, component: str) -> Place:
        """As `place`, but raises BadInput that names the component and the nearest one there is."""
        place = self.place(component)
        if place is None:
            raise BadInput(component, *self._why_not(component))
        return place

    def _why_not(self, component: str) -> tuple[str, str]:
        """What is wrong with a name, and the way out."""
        head, _, rest = component.partition("/")
        bank = self.network.banks.get(BankId(rest.removesuffix("/core")))
        if head == "bank" and bank is not None and rest.endswith("/core"):
            what = f"{bank.id} 不是接口行，没有综合业务系统 / {bank.id} is no interface bank and has no core"
            return what, "写网点、线路或共用部件 / name an outlet, a line or a shared component"
        return "这个网络里没有这个部件 / no such component in this network", self._suggestion(component)

    def _fits(self, template: str, binding: Mapping[str, str]) -> bool:
        """Whether an outlet, bank or area of that name exists and has such a component."""
        network, users = self.network, self.templates[template]
        outlet = network.outlets.get(binding["outlet"]) if "outlet" in binding else None  # type: ignore[call-overload]
        if "outlet" in binding and (outlet is None or network.banks[outlet.bank].access not in users):
            return False
        bank = network.banks.get(binding["bank"]) if "bank" in binding else None  # type: ignore[call-overload]
        if "bank" in binding and (bank is None or bank.access not in users):
            return False
        areas = ((network.areas.get(binding[key]), kind) for key, kind in _AREA_KINDS.items() if key in binding)  # type: ignore[call-overload]
        return all(area is not None and area.kind is kind for area, kind in areas)

    def _suggestion(self, component: str) -> str:
        near = difflib.get_close_matches(component, list(self._nearby(component)), 1, 0.6)
        if near:
            return f"是否为 {near[0]} / did you mean {near[0]}?"
        return "可用 / one of: " + ", ".join(sorted(self.templates))

    def _nearby(self, component: str) -> Iterator[str]:
        """Existing components that begin like the wrong one."""
        head = component.partition("/")[0]
        for template in self.templates:
            if template not in self._patterns:
                yield template
            elif template.partition("/")[0] == head:
                yield from self._instances(template)

    def _instances(self, template: str) -> Iterator[str]:
        keys = placeholders(template)
        if len(keys) == 1:
            yield from (template.format(**{keys[0]: one}) for one in self._options(keys[0], template))

    def _options(self, key: str, template: str) -> Iterator[str]:
        network, users = self.network, self.templates[template]
        if key == "outlet":
            yield from (one for one, outlet in network.outlets.items() if network.banks[outlet.bank].access in users)
        elif key == "bank":
            yield from (one for one, bank in network.banks.items() if bank.access in users)
        else:
            yield from (one for one, area in network.areas.items() if area.kind is _AREA_KINDS[key])

    def all(self) -> Iterator[ComponentId]:
        """Every component with at most one placeholder, the common ones first (so not per outlet only)."""
        yield from (ComponentId(name) for name in self.templates if name not in self._patterns)
        for template in self._patterns:
            yield from (ComponentId(name) for name in self._instances(template))


def province_of(network: Network, area: Area) -> Area:
    """The topmost area above one."""
    while area.parent is not None:
        area = network.areas[area.parent]
    return area


def _pattern(template: str) -> re.Pattern[str]:
    pieces = re.split(r"\{([^{}]*)\}", template)
    seen: set[str] = set()
    pattern = ""
    for index, piece in enumerate(pieces):
        if index % 2 == 0:
            pattern += re.escape(piece)
        else:
            pattern += f"(?P={piece})" if piece in seen else f"(?P<{piece}>[^/]+)"
            seen.add(piece)
    return re.compile(pattern)
