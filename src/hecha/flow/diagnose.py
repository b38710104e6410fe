"""Diagnosis: which component has failed, from the paths and breaking points of many attempts.

Evidence about a component is positive (an attempt passed it) or negative (the last good hop could not pass it).
What lies behind a breaking point is not judged: nothing was learnt about it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from hecha.kernel.ids import AreaCode, BankId, ComponentId, Mode, OutletId, UnitId
from hecha.network.expression import names, placeholders
from hecha.network.model import AllOf, AnyOf, AreaKind, Expression, Network, Part
from hecha.organization.units import HEAD_OFFICE, Units, bank_unit, branch_unit

NEGATIVE = frozenset({"timeout", "refused", "reset", "bad_answer", "bad_mac", "open", "down"})
"""Results of a step that speak against its hop."""
SOFT = "timeout"
"""The one among them that may also be our own slowness."""


CLOSED, FULL = "closed", "full"
"""Outside service hours: nothing is learnt at all. Turned away for load: the way fails, its hop is not broken."""


class Step(Protocol):
    """One hop's part in an attempt, as the wire carries it."""

    hop: str
    ms: float
    result: str


def says_nothing(steps: Iterable[Step]) -> bool:
    """Whether an attempt met a closed door, so that it proves nothing about the chain."""
    return any(step.result == CLOSED for step in steps)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one attempt proves: components that were passed, and those that could not be."""

    passed: tuple[ComponentId, ...] = ()
    failed: tuple[ComponentId, ...] = ()
    ms: Mapping[str, float] = field(default_factory=dict)
    soft: frozenset[str] = frozenset()
    """Of those that failed, the ones that were only late."""


class Chain:
    """The components of a network in the order of its expressions, and what attempts prove about them."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.shared = shared_of(network)
        self._known = frozenset(self.shared)
        self._spines = {
            kind: tuple((frozenset(names(one)), isinstance(one, Part)) for one in _operands(path))
            for kind, path in network.paths.items()
        }

    def of_attempt(
        self, outlet: OutletId, mode: Mode, worked: bool, broke_at: ComponentId | None, steps: Iterable[Step] = ()
    ) -> Evidence:
        """What an outlet's attempt proves: needed parts up to the breaking point, and the steps of its path."""
        slots = self._slots(outlet)
        if slots is None:
            return self.of_steps(steps, broke_at)
        access = self.network.banks[BankId(slots["bank"])].access
        passed = self._spine(self._spines.get((access, mode), ()), slots, None if worked else broke_at)
        return _joined(passed, self.of_steps(steps, None if worked else broke_at))

    def lines_of(self, outlet: OutletId) -> tuple[ComponentId, ...]:
        """What stands between an outlet and any entry: the needed parts that name it or its areas."""
        slots = self._slots(outlet)
        if slots is None:
            return ()
        spine = self._spines.get((self.network.banks[BankId(slots["bank"])].access, Mode.NON_INTERFACE), ())
        own = [(options, single) for options, single in spine if single and placeholders(next(iter(options)))]
        return self._spine(own, slots, None)

    def of_steps(self, steps: Iterable[Step], broke_at: str | None) -> Evidence:
        """What a path proves: hops that answered, hops that did not, and the breaking point."""
        passed, failed, ms, full = [], [], {}, set()
        steps = tuple(steps)
        for step in steps:
            if step.result == FULL:
                full.add(step.hop)
            if step.hop in self._known and step.result == "ok":
                passed.append(ComponentId(step.hop))
                ms[step.hop] = step.ms
            elif step.hop in self._known and step.result in NEGATIVE:
                failed.append(ComponentId(step.hop))
        if broke_at and broke_at not in failed and broke_at not in full:
            failed.append(ComponentId(broke_at))
        soft = frozenset(name for name in failed if _only_late(name, steps))
        return Evidence(tuple(name for name in passed if name not in failed), tuple(failed), ms, soft)

    def _slots(self, outlet: OutletId) -> dict[str, str] | None:
        place = self.network.outlets.get(outlet)
        if place is None:
            return None
        city = self.network.city_of(place.county)
        province = self.network.areas[city].parent or ""
        return {"outlet": outlet, "bank": place.bank, "county": place.county, "city": city, "province": province}

    def _spine(
        self, spine: Iterable[tuple[frozenset[str], bool]], slots: Mapping[str, str], broke_at: str | None
    ) -> tuple[ComponentId, ...]:
        """The needed parts before the breaking point (all of them when there is none)."""
        passed: list[ComponentId] = []
        for options, single in spine:
            filled = [name.format(**slots) for name in options]
            if broke_at in filled:
                return tuple(passed)
            if single:
                passed.append(ComponentId(filled[0]))
        return () if broke_at else tuple(passed)


def _joined(passed: tuple[ComponentId, ...], proof: Evidence) -> Evidence:
    both = dict.fromkeys([*passed, *proof.passed])
    return replace(proof, passed=tuple(name for name in both if name not in proof.failed))


def _only_late(name: str, steps: Sequence[Step]) -> bool:
    """Whether time-outs are all that speaks against it: its own, or (what lies behind them) all of the path's."""
    against = [step for step in steps if step.result in NEGATIVE]
    own = [step for step in against if step.hop == name] or against
    return bool(own) and all(step.result == SOFT for step in own)


def _operands(path: Expression) -> tuple[Expression, ...]:
    return path.operands if isinstance(path, AllOf) else (path,)


def siblings(network: Network) -> dict[ComponentId, tuple[ComponentId, ...]]:
    """For each alternative of a redundant group, the whole group: front/a -> (front/a, front/b)."""
    found: dict[ComponentId, tuple[ComponentId, ...]] = {}
    for path in network.paths.values():
        for one in _operands(path):
            if isinstance(one, AnyOf):
                group = tuple(ComponentId(name) for name in names(one))
                found.update(dict.fromkeys(group, group))
    return found


def suspected(network: Network, lost: Collection[ComponentId], good: Collection[ComponentId]) -> ComponentId | None:
    """The component behind it all: when every path is cut at a different place at once, the first part that all
    paths need and that nothing has passed is suspected of being the one cause."""
    paths = [_operands(path) for path in network.paths.values()]
    if len(paths) < 2 or not all(any(_cut(one, lost) for one in path) for path in paths):
        return None
    needed = [[one.name for one in path if isinstance(one, Part)] for path in paths]
    common = [name for name in needed[0] if all(name in other for other in needed[1:]) and not placeholders(name)]
    if any(name in lost for name in common):
        return None  # the cause is already known by its name
    return next((ComponentId(name) for name in common if name not in good), None)


def _cut(one: Expression, lost: Collection[ComponentId]) -> bool:
    return all(name in lost for name in names(one))


def common_line(network: Network, lost: Collection[ComponentId], judged: Collection[OutletId]) -> dict[AreaCode, int]:
    """Counties of which every judged outlet (at least three) has lost its own line or terminal: one line's fault
    rather than many. Gives how many outlets."""
    mine = {OutletId(name.split("/")[1]) for name in lost if name.startswith("outlet/")}
    counts: dict[AreaCode, list[int]] = {}
    for outlet in judged:
        row = counts.setdefault(network.outlets[outlet].county, [0, 0])
        row[0] += 1
        row[1] += outlet in mine
    return {county: bad for county, (all_, bad) in counts.items() if bad == all_ >= 3}


def templates(network: Network) -> tuple[str, ...]:
    """Every part that stands in any path, once, in the order of the expressions."""
    return tuple(dict.fromkeys(name for path in network.paths.values() for name in names(path)))


def shared_of(network: Network) -> tuple[ComponentId, ...]:
    """The components that more than one outlet may depend on: those of no slot first, then areas and banks."""
    names = [name for name in templates(network) if "{outlet}" not in name]
    plain = [ComponentId(name) for name in names if not placeholders(name)]
    slotted = [name for name in names if placeholders(name)]
    return tuple(dict.fromkeys(plain + [filled for name in slotted for filled in _filled(network, name)]))


def _filled(network: Network, template: str) -> Iterator[ComponentId]:
    slots = set(placeholders(template))
    if slots == {"bank"}:
        users = {access for (access, _), path in network.paths.items() if template in names(path)}
        for bank in network.banks.values():
            if bank.access in users:
                yield ComponentId(template.replace("{bank}", bank.id))
        return
    for kind in AreaKind:
        if slots == {kind.value}:
            for code, area in network.areas.items():
                if area.kind is kind:
                    yield ComponentId(template.replace("{" + kind.value + "}", code))


def owner_of(network: Network, component: ComponentId) -> UnitId:
    """The unit that owes an estimate for a component: a bank for its cores, outlets and their lines; a branch for the
    lines of its area; the province for fronts, channels and systems of its own; head office for the rest."""
    units = Units(network)
    head, _, rest = component.partition("/")
    name = rest.partition("/")[0]
    if head == "bank":
        return bank_unit(BankId(name))
    if head in ("outlet", "way") and name in network.outlets:
        return bank_unit(network.outlets[OutletId(name)].bank)
    if head in ("city", "county", "province"):
        return units.local_branch(AreaCode(name))
    if head in ("front", "channel", "account-system", "direct-login"):
        return province_unit(network)
    return HEAD_OFFICE


def province_unit(network: Network) -> UnitId:
    """The (first) province's branch of the central bank; head office where there is no province."""
    codes = (code for code, area in network.areas.items() if area.kind is AreaKind.PROVINCE)
    return next((branch_unit(code) for code in codes), HEAD_OFFICE)
