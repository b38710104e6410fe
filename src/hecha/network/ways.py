"""The path expressions of a network, taken apart for speed: what all share, and what each outlet adds."""

from collections.abc import Mapping
from dataclasses import dataclass

from hecha.kernel.ids import BankId, ComponentId, Mode, OutletId
from hecha.network.cells import SHAPES
from hecha.network.expression import names, placeholders
from hecha.network.model import AllOf, Expression, Network, Outlet
from hecha.network.outage import NEVER, NOW, Fault, Outage, all_needed, evaluate, next_kink, redundant, standing

Faults = Mapping[ComponentId, Fault]
Commons = tuple[Outage | None, Outage | None]
"""The outage of what all outlets of a shape share: for interface, for non-interface."""

NONE_OUT: Commons = (None, None)


@dataclass(frozen=True, slots=True)
class Way:
    """One mode of one access: `common` operands are the same for all, `simple` are templates that are needed by
    themselves, `mixed` are operands in which templates and redundancy meet."""

    common: tuple[Expression, ...]
    simple: frozenset[str]
    mixed: tuple[Expression, ...]


class Ways:
    """All ways of a network, by shape (the index of an access in SHAPES) and mode."""

    def __init__(self, network: Network) -> None:
        self.network = network
        paths = [
            [network.paths.get((access, mode)) for mode in (Mode.INTERFACE, Mode.NON_INTERFACE)] for access in SHAPES
        ]
        self.ways = [[None if path is None else _way(path) for path in pair] for pair in paths]
        self.modes = [(pair[0] is not None, pair[1] is not None) for pair in paths]
        self.templates = [
            {name for path in pair if path is not None for name in names(path) if placeholders(name)} for pair in paths
        ]
        self._common_names = sorted({name for pair in paths for path in pair if path for name in names(path)})
        self._common_names = [name for name in self._common_names if not placeholders(name)]
        self._operands = list(dict.fromkeys(one for pair in self.ways for way in pair if way for one in way.common))
        self._needs = [
            [None if way is None else [self._operands.index(one) for one in way.common] for way in pair]
            for pair in self.ways
        ]
        self.near = [_near(pair) for pair in self.ways]
        self.own_near = [  # whether whatever an outlet has of its own hits every mode alike
            all(one in near for one in used if "outlet" in placeholders(one))
            for used, near in zip(self.templates, self.near, strict=True)
        ]
        self._owned = [
            self._own(template)
            for template in sorted(set().union(*self.templates))
            if placeholders(template) == ("outlet",)
        ]

    def own_part(self, component: str) -> tuple[Outlet, str] | None:
        """(outlet, template) of a component that belongs to one outlet alone; None for any other."""
        for prefix, suffix, template, banks in self._owned:
            if component.endswith(suffix) and component.startswith(prefix):
                outlet = self.network.outlets.get(OutletId(component[len(prefix) : len(component) - len(suffix)]))
                if outlet is not None and outlet.bank in banks:
                    return outlet, template
        return None

    def _own(self, template: str) -> tuple[str, str, str, set[BankId]]:
        """(prefix, suffix, template, banks whose outlets have it) of a component of one outlet."""
        prefix, suffix = template.split("{outlet}")
        banks = self.network.banks.values()
        return (
            prefix,
            suffix,
            template,
            {one.id for one in banks if template in self.templates[SHAPES.index(one.access)]},
        )

    def common_of(self, shape: int) -> frozenset[str]:
        """The common components that some mode of a shape uses."""
        used = (name for way in self.ways[shape] if way for one in (*way.common, *way.mixed) for name in names(one))
        return frozenset(name for name in used if not placeholders(name))

    def evaluate(self, faults: Faults, now: int) -> list[Commons]:
        """The outages of the common parts, per shape."""
        if faults.keys().isdisjoint(self._common_names):
            return [NONE_OUT] * len(self.ways)
        outages = [evaluate(one, lambda name: _leaf(name, faults, now)) for one in self._operands]
        return [(_needed(pair[0], outages), _needed(pair[1], outages)) for pair in self._needs]

    def common_kink(self, faults: Faults, now: int) -> int:
        """The next minute at which a common fault begins or its estimate passes."""
        found = (faults.get(ComponentId(name)) for name in self._common_names)
        return min((next_kink(fault, now) for fault in found if fault is not None), default=NEVER)

    def outages(
        self, shape: int, commons: Commons, local: Mapping[str, ComponentId], faults: Faults, now: int
    ) -> Commons:
        """The outages of interface and non-interface, given the common ones and the broken local components."""
        if not local:
            return commons
        interface, non_interface = self.ways[shape]
        return (
            None if interface is None else _with_local(interface, commons[0], local, faults, now),
            None if non_interface is None else _with_local(non_interface, commons[1], local, faults, now),
        )

    def both(self, shape: int, interface: Outage | None, non_interface: Outage | None) -> Outage | None:
        """The outage of both modes: they are redundant; a bank without interface mode has only the other."""
        has_interface, has_non_interface = self.modes[shape]
        if not (has_interface and has_non_interface):
            return interface if has_interface else non_interface
        if interface is None or non_interface is None:
            return None
        if interface == non_interface:
            return interface
        both = redundant((interface, non_interface))
        return None if both is None or NOW < both[1] < both[0] else both  # the two never stood at one time


def _with_local(
    way: Way, common: Outage | None, local: Mapping[str, ComponentId], faults: Faults, now: int
) -> Outage | None:
    """`all_needed` of the common outage and the local ones, written out: this is the hot path."""
    since, until, unknown = common or (NEVER, NOW, False)
    for template, component in local.items():
        if template in way.simple:
            begin, end = faults[component]
            if begin > now:
                continue
            if begin < since:
                since = begin
            if end is None or end <= now:
                unknown = True
            elif end > until:
                until = end
    outage = None if since == NEVER else (since, until, unknown)
    if way.mixed:
        return all_needed(
            [outage, *(evaluate(one, lambda name: _local(name, local, faults, now)) for one in way.mixed)]
        )
    return outage


def _needed(numbers: list[int] | None, outages: list[Outage | None]) -> Outage | None:
    """The outage of those of the common operands that a way needs."""
    return None if numbers is None else all_needed([outages[number] for number in numbers])


def _leaf(name: str, faults: Faults, now: int) -> Outage | None:
    fault = faults.get(ComponentId(name))
    return None if fault is None else standing(fault, now)


def _local(name: str, local: Mapping[str, ComponentId], faults: Faults, now: int) -> Outage | None:
    component = local.get(name)
    return standing(faults[component], now) if component is not None else _leaf(name, faults, now)


def _way(path: Expression) -> Way:
    operands = path.operands if isinstance(path, AllOf) else (path,)
    common, simple, mixed = [], [], []
    for one in operands:
        used = list(names(one))
        if not any(placeholders(name) for name in used):
            common.append(one)
        elif used == [getattr(one, "name", None)]:
            simple.append(used[0])
        else:
            mixed.append(one)
    return Way(tuple(common), frozenset(simple), tuple(mixed))


def _near(pair: list[Way | None]) -> frozenset[str]:
    """The templates that every mode needs by themselves, while no mode has mixed operands."""
    ways = [way for way in pair if way is not None]
    if not ways or any(way.mixed for way in ways):
        return frozenset()
    return frozenset.intersection(*(way.simple for way in ways))
