"""The same claims as in `hecha.incident.admission`, by z3: any minutes, any few outlets in any arrangement.

Where the small networks fix who belongs where and try every length class, here banks, counties, cities, provinces and
all minutes are unknowns, and z3 either finds values or proves that there are none. z3 is optional (`hecha[prove]`).
"""

from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from typing import Any

from hecha.incident.small_networks import most_groups, sentences_of
from hecha.plan.model import Alternative, GradeRule, Matter, Plan, Quantifier, Reading, Scope, Sentence, Span

OUTLETS = 5
OUTLETS_MAX = 10
CITIES_MAX = 12
QUERY_MS_MAX = 60_000
NO_LEVEL = 1_000
_DATA = (Matter.SEVERE_DATA_ERROR, Matter.DISTURBING_DATA_ERROR)


def installed() -> bool:
    """Whether z3 can be imported."""
    return find_spec("z3") is not None


def prove(plan: Plan) -> dict[str, Any]:
    """Claim by claim, `proved`, `refuted` or `unknown` (z3 gave up in time). {} where z3 is not installed,
    or where a plan counts more groups than it can handle."""
    sentences = sentences_of(plan)
    counted = most_groups(each for each in sentences if each.matter not in _DATA)
    cities = most_groups(each for each in sentences if each.matter in _DATA)
    if not installed() or counted >= OUTLETS_MAX or cities >= CITIES_MAX:
        return {}
    import z3

    outlets = max(OUTLETS, counted + 1)
    readings = {name: _Claims(z3, plan, reading, outlets).results() for name, reading in plan.readings.items()}
    return {"prover": f"z3 {z3.get_version_string()}", "outlets": outlets, "readings": readings}


class _World:
    """One state: minutes of every outlet and city. `where` (who belongs where) may be shared by two worlds."""

    def __init__(self, z3: Any, name: str, where: "_Where") -> None:
        self.z3, self.where = z3, where
        count = where.count
        self.minutes = {
            mode: [z3.Int(f"{name}_{mode}_{k}") for k in range(count)] for mode in ("interface", "web", "both")
        }
        self.data = [z3.Int(f"{name}_data_{j}") for j in range(where.cities)]
        self.severe = [z3.Bool(f"{name}_severe_{j}") for j in range(where.cities)]
        self.flags: dict[str, Any] = {}

    def flag(self, name: str) -> Any:
        return self.flags.setdefault(name, self.z3.Bool(f"flag_{name}"))

    def laws(self) -> list[Any]:
        """Both modes are out together for no longer than either; a bank without interface has one mode."""
        z3, laws = self.z3, [each >= 0 for each in self.data]
        for k in range(self.where.count):
            i, n, both = (self.minutes[mode][k] for mode in ("interface", "web", "both"))
            together = z3.And(both <= i, both <= n, (both > 0) == z3.And(i > 0, n > 0))
            laws += [i >= 0, n >= 0, both >= 0]
            laws.append(z3.If(self.where.has_interface[k], together, z3.And(i == 0, both == n)))
        return laws

    def no_better_than(self, other: "_World") -> list[Any]:
        laws = [a >= b for mode in self.minutes for a, b in zip(self.minutes[mode], other.minutes[mode], strict=True)]
        laws += [a >= b for a, b in zip(self.data, other.data, strict=True)]
        return laws + [self.z3.Implies(b, a) for a, b in zip(self.severe, other.severe, strict=True)]


class _Where:
    """Which outlet belongs to which bank, county, city and province."""

    def __init__(self, z3: Any, count: int, cities: int) -> None:
        self.z3, self.count, self.cities = z3, count, cities
        names = (Scope.BANK, Scope.COUNTY, Scope.CITY, Scope.PROVINCE)
        self.group = {scope: [z3.Int(f"{scope.value}_{k}") for k in range(count)] for scope in names}
        self.has_interface = [z3.Bool(f"has_interface_{k}") for k in range(count)]

    def laws(self) -> list[Any]:
        z3, laws = self.z3, []
        for members in self.group.values():
            laws += [z3.And(each >= 0, each < self.count) for each in members]
        inside = ((Scope.COUNTY, Scope.CITY), (Scope.CITY, Scope.PROVINCE))
        for k in range(self.count):
            for other in range(k):
                for low, high in inside:
                    together = self.group[low][k] == self.group[low][other]
                    laws.append(z3.Implies(together, self.group[high][k] == self.group[high][other]))
                same_bank = self.group[Scope.BANK][k] == self.group[Scope.BANK][other]
                laws.append(z3.Implies(same_bank, self.has_interface[k] == self.has_interface[other]))
        return laws

    def member(self, scope: Scope, outlet: int, group: int) -> Any:
        if scope is Scope.WHOLE:
            return self.z3.BoolVal(True)
        if scope is Scope.INTERFACE_BANK:
            return self.z3.And(self.has_interface[outlet], self.group[Scope.BANK][outlet] == group)
        return self.group[scope][outlet] == group


class _Claims:
    """All claims about one reading."""

    def __init__(self, z3: Any, plan: Plan, reading: Reading, outlets: int) -> None:
        self.z3, self.plan, self.reading = z3, plan, reading
        counted = most_groups(each for each in sentences_of(plan) if each.matter in _DATA)
        self.where = _Where(z3, outlets, min(counted + 1, CITIES_MAX) if counted else 0)
        self.world = _World(z3, "now", self.where)
        self.worse = _World(z3, "worse", self.where)
        self.worse.flags = self.world.flags

    def results(self) -> dict[str, str]:
        event, level = self._event(self.world), self._level(self.world)
        fired = self._fired(self.world)
        lone = [self._holds(self.world, rule.alternatives) for rule in self.reading.grades if not rule.residual]
        unreachable = [clause for clause, holds in fired if self._ask([event, holds]) != "found"]
        return {
            "reachable": "proved" if not unreachable else "refuted: " + "、".join(unreachable),
            "event_has_grade": self._never([event, level == NO_LEVEL]),
            "grade_has_event": self._never([self.z3.Not(event), self.z3.Or(lone)]),
            "monotone": self._never(
                [*self.worse.laws(), *self.worse.no_better_than(self.world), self._level(self.worse) > level]
            ),
        }

    def _never(self, claims: Sequence[Any]) -> str:
        return {"none": "proved", "found": "refuted"}.get(self._ask(claims), "unknown")

    def _ask(self, claims: Sequence[Any]) -> str:
        """Whether some state fulfils the claims: found, none, or unknown."""
        solver = self.z3.Solver()
        solver.set("timeout", QUERY_MS_MAX)
        solver.add(*self.where.laws(), *self.world.laws(), *claims)
        answer = solver.check()
        return "found" if answer == self.z3.sat else "none" if answer == self.z3.unsat else "unknown"

    def _event(self, world: _World) -> Any:
        rules = self.reading.events
        return self.z3.Or(
            [world.flag(rule.flag) if rule.flag else self._holds(world, rule.alternatives) for rule in rules]
        )

    def _fired(self, world: _World) -> list[tuple[str, Any]]:
        return [(rule.clause, self._rule(world, rule)) for rule in self.reading.grades]

    def _rule(self, world: _World, rule: GradeRule) -> Any:
        return self.z3.BoolVal(True) if rule.residual else self._holds(world, rule.alternatives)

    def _level(self, world: _World) -> Any:
        """The gravest level that fires, NO_LEVEL without an event."""
        level = self.z3.IntVal(NO_LEVEL)
        for rule in sorted(self.reading.grades, key=lambda each: -each.level):
            level = self.z3.If(self._rule(world, rule), rule.level, level)
        return self.z3.If(self._event(world), level, NO_LEVEL)

    def _holds(self, world: _World, alternatives: Iterable[Alternative]) -> Any:
        z3 = self.z3
        return z3.Or([z3.And([self._sentence(world, each) for each in alternative]) for alternative in alternatives])

    def _sentence(self, world: _World, sentence: Sentence) -> Any:
        if sentence.matter in _DATA:
            return self._counted([self._city(world, sentence, j) for j in range(self.where.cities)], sentence)
        groups = range(1 if sentence.scope is Scope.WHOLE else self.where.count)
        return self._counted([self._group(world, sentence, group) for group in groups], sentence)

    def _counted(self, holds: list[Any], sentence: Sentence) -> Any:
        number = self.z3.Sum([self.z3.If(each, 1, 0) for each in holds])
        high = sentence.groups_high if sentence.groups_high is not None else len(holds)
        return self.z3.And(number >= sentence.groups_low, number <= high)

    def _city(self, world: _World, sentence: Sentence, city: int) -> Any:
        severe = sentence.matter is Matter.SEVERE_DATA_ERROR
        kind = world.severe[city] if severe else self.z3.Not(world.severe[city])
        return self.z3.And(kind, self._within(world.data[city], sentence.span))

    def _group(self, world: _World, sentence: Sentence, group: int) -> Any:
        z3, matter = self.z3, sentence.matter
        by_interface = matter in (Matter.CANNOT_INTERFACE, Matter.CAN_INTERFACE)
        spoken_of, fits = [], []
        for outlet in range(self.where.count):
            member = self.where.member(sentence.scope, outlet, group)
            spoken_of.append(z3.And(member, self.where.has_interface[outlet]) if by_interface else member)
            fits.append(self._fits(world, matter, outlet, sentence.span))
        some = z3.Or([z3.And(one, fit) for one, fit in zip(spoken_of, fits, strict=True)])
        if sentence.quantifier is Quantifier.SOME:
            return some
        every = z3.And([z3.Implies(one, fit) for one, fit in zip(spoken_of, fits, strict=True)])
        return z3.And(every, z3.Or(spoken_of))

    def _fits(self, world: _World, matter: Matter, outlet: int, span: Span) -> Any:
        z3, has_interface = self.z3, self.where.has_interface[outlet]
        i, n, both = (world.minutes[mode][outlet] for mode in ("interface", "web", "both"))
        match matter:
            case Matter.CANNOT_INTERFACE:
                return z3.And(has_interface, self._within(i, span))
            case Matter.CANNOT_NON_INTERFACE:
                return self._within(n, span)
            case Matter.CANNOT_BOTH:
                return self._within(both, span)
            case Matter.CANNOT_ANY:
                return z3.Or(z3.And(has_interface, self._within(i, span)), self._within(n, span))
            case Matter.CAN_INTERFACE:
                return z3.And(has_interface, i == 0)
            case _:
                return n == 0

    def _within(self, minutes: Any, span: Span) -> Any:
        low = minutes >= max(span.low, 1)
        return low if span.high is None else self.z3.And(low, minutes <= span.high)
