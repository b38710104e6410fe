"""Gates (闸): where the engine holds what is no component's fault: ways that a person declared out, or that were lost
by themselves.

    way/<outlet>/<mode>                                    the gate of one way
    ways/city/<code>/<mode>, ways/county/…, ways/bank/…    one gate for all ways of an area or a bank

`watched` adds them to the end of each path. A declaration of a whole province is then a gate for each city and mode,
not one for each of its outlets.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from hecha.flow.declare import Declaration
from hecha.kernel.ids import ComponentId, Mode, OutletId
from hecha.network.model import AllOf, Network, Part

_GROUPS = ("city", "county", "bank")
"""The widest first."""


def watched(network: Network) -> Network:
    """The same network with gates at the end of every way."""
    paths = {
        (access, mode): AllOf((*(path.operands if isinstance(path, AllOf) else (path,)), *map(Part, _templates(mode))))
        for (access, mode), path in network.paths.items()
    }
    return replace(network, paths=paths)


def _templates(mode: Mode) -> Iterator[str]:
    yield f"way/{{outlet}}/{mode}"
    for kind in _GROUPS:
        yield f"ways/{kind}/{{{kind}}}/{mode}"


def gate(outlet: OutletId, mode: Mode) -> ComponentId:
    """The gate of one way."""
    return ComponentId(f"way/{outlet}/{mode}")


class Gates:
    """Which gates a declaration closes, in one network."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._ways: dict[Mode, dict[ComponentId, set[OutletId]]] = {mode: self._grouped(mode) for mode in Mode}

    def of(self, one: Declaration) -> tuple[ComponentId, ...]:
        """The fewest that it takes: wide ones where everybody behind them is meant, then single ways."""
        return tuple(name for mode in one.modes for name in self._cover(frozenset(one.outlets), mode))

    def _cover(self, meant: frozenset[OutletId], mode: Mode) -> Iterator[ComponentId]:
        left = {outlet for outlet in meant if self._has(outlet, mode)}
        for name, behind in self._ways[mode].items():
            if behind <= meant and not behind.isdisjoint(left):
                left -= behind
                yield name
        yield from (gate(outlet, mode) for outlet in sorted(left))

    def _grouped(self, mode: Mode) -> dict[ComponentId, set[OutletId]]:
        """The ways behind each wide gate, the widest first."""
        network = self._network
        groups: dict[str, dict[str, set[OutletId]]] = {kind: defaultdict(set) for kind in _GROUPS}
        for outlet in network.outlets.values():
            if self._has(outlet.id, mode):
                keys: Iterable[str] = (network.city_of(outlet.county), outlet.county, outlet.bank)
                for kind, key in zip(_GROUPS, keys, strict=True):
                    groups[kind][key].add(outlet.id)
        return {
            ComponentId(f"ways/{kind}/{key}/{mode}"): behind
            for kind, found in groups.items()
            for key, behind in found.items()
        }

    def _has(self, outlet: OutletId, mode: Mode) -> bool:
        network = self._network
        return (network.banks[network.outlets[outlet].bank].access, mode) in network.paths
