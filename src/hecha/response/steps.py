"""Measures as steps (业务应急处置, 5.1): what each outlet, bank and department must now do, each with a named owner.

    first_handling(plan, causes, cities)      before any order: the whole ladder of 5.1.1 (4.1.1(4))
    outlet_steps(unit, plight, measures)      what the counter does, in the order of 5.1.1
    bank_steps(unit, plights, measures, …)    what a bank's posts do for their outlets
    branch_steps(unit, level, measures, …)    what the departments of a central-bank branch do

A way that does not help here is shown with its reason, never left out: nobody has to wonder about it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from hecha.kernel.ids import AreaCode, ClauseId, Mode
from hecha.plan.model import Plan
from hecha.response.card import DELEGATE, OTHER, SWITCH
from hecha.response.measures import DATA_ERROR, Prescribed

OUTAGE = "outage"
FIRST = ClauseId("4.1.1(4)")
_LADDER = (DELEGATE, SWITCH, OTHER)
_OTHER_KEYS = ("outlet.documents", "outlet.go_on", "outlet.register", "outlet.door")


@dataclass(frozen=True, slots=True)
class Plight:
    """What outlets have: the modes of their bank's kind, those left now, and how many outlets are so."""

    has: frozenset[Mode]
    left: frozenset[Mode]
    outlets: int = 1

    @property
    def hit(self) -> bool:
        return self.left != self.has


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that one post at one place must do. `why` says why it does not apply here ("" = do it); both `key`
    and `why` are keys of `hecha.response.step_words`. `cause` ∈ outage, data_error; "" for both."""

    clause: ClauseId
    unit: str
    post: str
    key: str
    why: str = ""
    cause: str = ""
    outlets: int = 0
    mode: str = ""
    cities: tuple[AreaCode, ...] = ()
    runbook: str = ""


def first_handling(plan: Plan, causes: Iterable[str], cities: Mapping[str, tuple[AreaCode, ...]]) -> list[Prescribed]:
    """Before any order, for each cause: every way that the plan knows; no grade removes one."""
    used = {way for one in plan.measures for way in one.use}
    ladder = tuple(way for way in _LADDER if way in used)
    return [_useful(plan, Prescribed(FIRST, ladder, cause, cities.get(cause, ()))) for cause in dict.fromkeys(causes)]


def _useful(plan: Plan, one: Prescribed) -> Prescribed:
    if one.cause != DATA_ERROR:
        return one
    helpful = {way for each in plan.measures if each.causes == {DATA_ERROR} for way in each.use}
    return replace(one, not_applicable=tuple(way for way in one.use if helpful and way not in helpful))


def outlet_steps(unit: str, plight: Plight, measures: Sequence[Prescribed]) -> tuple[Step, ...]:
    """What the counter of an outlet does, cause by cause."""
    found: list[Step] = []
    outage = [one for one in measures if one.cause == OUTAGE]
    if outage and plight.hit:
        found += _outage_steps(unit, plight, outage)
    for one in measures:
        if one.cause == DATA_ERROR:
            found += _data_steps(unit, one, plight.outlets)
    return tuple(found)


def _outage_steps(unit: str, plight: Plight, measures: Sequence[Prescribed]) -> list[Step]:
    use = {way for one in measures for way in one.use}
    base = Step(DELEGATE, unit, "", "", cause=OUTAGE, outlets=plight.outlets)
    able = next(iter(sorted(plight.left)), "") if len(plight.has) > 1 else ""
    no_switch = "" if able else "why.no_other_mode" if len(plight.has) < 2 else "why.other_mode_down"
    switch = no_switch or _unless(SWITCH in use)
    delegate = "why.works_by_switch" if able and SWITCH in use and DELEGATE not in use else _unless(DELEGATE in use)
    other = "why.only_if_others_fail" if not switch else _unless(OTHER in use)
    return [
        replace(base, key="outlet.delegate", why=delegate),
        replace(base, clause=SWITCH, key="outlet.switch", why=switch, mode="" if switch else able),
        *(replace(base, clause=OTHER, key=key, why=other) for key in _OTHER_KEYS),
    ]


def _unless(prescribed: bool) -> str:
    return "" if prescribed else "why.not_prescribed"


def _data_steps(unit: str, one: Prescribed, outlets: int) -> list[Step]:
    """For cards that an authority of these cities issued, whoever asks: the records have one source."""
    base = Step(OTHER, unit, "", "", cause=DATA_ERROR, outlets=outlets, cities=one.cities)
    return [
        replace(base, key="outlet.authority"),
        *(replace(base, clause=way, key=_WAY_KEYS[way], why="why.same_source") for way in (DELEGATE, SWITCH)),
        *(replace(base, key=key) for key in _OTHER_KEYS[:3]),
    ]


_WAY_KEYS = {DELEGATE: "outlet.delegate", SWITCH: "outlet.switch"}


def bank_steps(
    unit: str, plights: Sequence[Plight], measures: Sequence[Prescribed], runbooks: Iterable[tuple[ClauseId, str]] = ()
) -> tuple[Step, ...]:
    """What a bank's posts do. `plights`: of its outlets in the event; `runbooks`: (clause, id) for its own parts."""
    hit = sum(one.outlets for one in plights if one.hit)
    data = [one for one in measures if one.cause == DATA_ERROR]
    use = {way for one in measures if one.cause == OUTAGE for way in one.use} if hit else set()
    if not hit and not data:
        return ()
    cities = tuple(dict.fromkeys(city for one in data for city in one.cities))
    base = Step(ClauseId("2.2(3)"), unit, "group", "bank.organise", outlets=hit, cities=cities)
    found = [base]
    if DELEGATE in use:
        found.append(replace(base, clause=DELEGATE, post="settlement", key="bank.delegates", cause=OUTAGE))
    if hit:
        found.append(_bank_switch(base, plights, SWITCH in use))
    found.append(replace(base, clause=OTHER, post="settlement", key="bank.forms"))
    found.append(replace(base, clause=OTHER, post="credit", key="bank.credit"))
    found.append(replace(base, clause=OTHER, post="personal_finance", key="bank.customers"))
    found += [replace(base, clause=clause, post="technology", key="runbook", runbook=id) for clause, id in runbooks]
    return (*found, replace(base, clause=ClauseId("2.2(1)"), key="bank.report"))


def _bank_switch(base: Step, plights: Sequence[Plight], prescribed: bool) -> Step:
    able = sum(one.outlets for one in plights if one.hit and one.left)
    two = any(len(one.has) > 1 for one in plights)
    why = _unless(prescribed) or ("" if able else "why.other_mode_down" if two else "why.no_other_mode")
    step = replace(base, clause=SWITCH, post="technology", key="bank.switch", cause=OUTAGE, why=why)
    return replace(step, outlets=step.outlets if why else able)


_COMMAND = {"province": "4.3.1", "city": "4.3.2", "county": "4.3.3"}


def branch_steps(
    unit: str,
    level: str,
    measures: Sequence[Prescribed],
    *,
    outlets: int = 0,
    ordered: bool = False,
    runbooks: Iterable[tuple[ClauseId, str]] = (),
) -> tuple[Step, ...]:
    """What the departments of a branch do. `level` ∈ province, city, county; `ordered`: a start order is in force,
    before it each group commands the first handling in its own area (2.1.2.3(3))."""
    if not measures:
        return ()
    chapter = _COMMAND[level]
    business, technical = (f"{chapter}(2)", f"{chapter}(3)") if ordered else (FIRST, FIRST)
    cities = tuple(dict.fromkeys(city for one in measures if one.cause == DATA_ERROR for city in one.cities))
    base = Step(ClauseId(business), unit, "settlement", "branch.business", outlets=outlets, cities=cities)
    found = [base, replace(base, post="credit", key="branch.credit")]
    if any(DELEGATE in one.use for one in measures if one.cause == OUTAGE):
        found.append(replace(base, clause=DELEGATE, key="branch.accept", cause=OUTAGE))
    if cities:
        found.append(replace(base, clause=OTHER, key="branch.data_error", cause=DATA_ERROR))
    technology = replace(base, clause=ClauseId(technical), post="technology", key="branch.technology")
    books = [replace(technology, clause=clause, key="runbook", runbook=id) for clause, id in runbooks]
    office = ClauseId(f"{chapter}(1)") if ordered else ClauseId("2.1.2.2(2)" if level == "province" else "2.1.2.4(2)")
    return (*found, technology, *books, replace(base, clause=office, post="office", key="branch.office"))


def first_to_do(steps: Iterable[Step]) -> Step | None:
    """The first step that applies."""
    return next((one for one in steps if not one.why), None)
