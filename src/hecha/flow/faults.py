"""Watched faults: each root cause by itself, from the first second a warning (3.2.3), with what it would become.

Each is graded alone, see `flow.alone`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from hecha.flow.alerts import Followed
from hecha.flow.alone import Alone, Trouble, judged_at
from hecha.flow.causes import Causes, nature_of
from hecha.flow.declare import DataError, Declaration
from hecha.flow.gates import gate
from hecha.flow.groups import Grouping, warning_id, warning_route
from hecha.flow.judgement import Judgement as Recorded
from hecha.flow.picture import Countdown, WatchedFault
from hecha.flow.sighting import Sighting, standing
from hecha.flow.tally import Loss
from hecha.kernel.errors import NotThere
from hecha.kernel.facts import Fact
from hecha.kernel.ids import ComponentId, Mode
from hecha.kernel.moments import Minute, minute_of, moment_of
from hecha.network.model import Network
from hecha.plan.model import Plan
from hecha.warning.lifecycle import Command, End, Estimate, Exceed, Grade, Pass, Raise, Return, State, Warning, Widen
from hecha.warning.lifecycle import decide as decide_warning
from hecha.warning.lifecycle import evolve as evolve_warning

SHOWN_MAX = 200
DATA = "data"
OWED_MINUTES = 30
EVENT_MINUTES = 481
"""超过8小时, where a plan names no span."""


class Faults:
    """The open warnings, by subject, with their outlooks."""

    def __init__(self, network: Network, gated: Network, plans: Sequence[Plan], now: int) -> None:
        plan = plans[0]
        self._network = network
        self._grouping = Grouping(network)
        self._plan = plan
        self._alone = Alone(gated, plans, now)
        self._owed = timedelta(minutes=int(plan.settings.get("estimate_owed_after_minutes", OWED_MINUTES)))
        lows = [span.low for _, span in self._alone.grader.event_spans() if span.low]
        self.event_minutes = min(lows, default=EVENT_MINUTES)
        self.warnings: dict[str, Warning] = {}
        self.ended: list[tuple[str, Warning]] = []
        """Ended since the last keeping; whoever keeps them empties it."""
        self.troubles: dict[str, Trouble] = {}

    # --- following what happens --------------------------------------------------------------------------------------

    def follow(
        self,
        causes: Causes,
        declarations: Mapping[str, Declaration],
        data_errors: Mapping[str, DataError],
        now: datetime,
        flap: timedelta,
    ) -> list[Fact]:
        """The facts of this moment: warnings raised, widened, owed an estimate, become events, returned, ended."""
        self.troubles = {one.subject: one for one in self._present(causes, declarations, data_errors)}
        facts: list[Fact] = []
        for subject, trouble in self.troubles.items():
            facts += self._stands(subject, trouble, now)
        for subject in [one for one in self.warnings if one not in self.troubles]:
            facts += self._over(subject, now, flap)
        return facts

    def _present(
        self, causes: Causes, declarations: Mapping[str, Declaration], data_errors: Mapping[str, DataError]
    ) -> Iterable[Trouble]:
        counted = [key for key in causes.measured if key in causes.fed]
        for subject, keys in self._grouping.grouped(counted).items():
            faults = {key: causes.fed[key] for key in sorted(keys)}
            since = min(causes.measured[key] for key in keys)
            mark = tuple(faults.items())
            yield Trouble(subject, tuple(faults), since, mark, faults, nature=nature_of(keys[0]))
        for one in declarations.values():
            yield self._declared(one, causes)
        if data_errors:
            yield self._wrong_data(sorted(data_errors.values(), key=lambda one: (one.since, one.city)))

    def _wrong_data(self, errors: Sequence[DataError]) -> Trouble:
        """All records come from one source, and the grade counts its cities (1.4.2.1(2)): wrong data are one fault."""
        names = tuple(dict.fromkeys(ComponentId(f"data/{one.city}") for one in errors))
        first, mark = errors[0], tuple(errors)
        return Trouble(DATA, names, first.since, mark, {}, mark, first.by, "data_quality")

    def _declared(self, one: Declaration, causes: Causes) -> Trouble:
        name = ComponentId(f"declared/{one.id}")
        until = causes.estimates.get(ComponentId(one.id), one.until)
        gates = causes.closed[one.id]
        exceeds = next((causes.exceeds[key] for key in gates if key in causes.exceeds), 0)
        since, end = minute_of(one.since), minute_of(until) if until else None
        fault = (since, max(end or 0, since + exceeds) if exceeds else end)
        known = self.troubles.get(name)
        if known is not None and known.mark == fault:
            return known
        faults = dict.fromkeys(gates, fault)
        way = gate(one.outlets[0], one.modes[0])
        return Trouble(name, (name,), one.since, fault, faults, declared_by=one.by, nature=one.nature, way=way)

    def _stands(self, subject: str, trouble: Trouble, now: datetime) -> list[Fact]:
        facts: list[Fact] = []
        if subject not in self.warnings:
            name = warning_id(subject, trouble.since)
            raised = Raise(name, trouble.components, trouble.since, now, trouble.nature, trouble.declared_by)
            facts += self._do(subject, raised)
        facts += self._do(subject, Widen(trouble.components, trouble.since, now))
        facts += self._do(subject, Return(None, now))
        facts += self._do(subject, Pass(now, self._owed))
        judgement = self._alone.outlook(trouble, now).at(minute_of(now))
        return facts + self._do(subject, Grade(judgement.emergency, tuple(judgement.because), now))

    def _over(self, subject: str, now: datetime, flap: timedelta) -> list[Fact]:
        """What was measured must stay away for a while; what was declared ends when it is withdrawn."""
        warning = self.warnings[subject]
        facts: list[Fact] = []
        wait = timedelta() if subject == DATA or subject.startswith("declared/") else flap
        if warning.returned is None:
            facts += self._do(subject, Return(now, now))
        returned = self.warnings[subject].returned or now
        if now - returned >= wait:
            facts += self._do(subject, End(returned, now))
            self.ended.append((subject, self.warnings.pop(subject)))
            self._alone.forget(subject)
        return facts

    def _do(self, subject: str, command: Command) -> list[Fact]:
        facts = decide_warning(command, self.warnings.get(subject))
        for fact in facts:
            self.warnings[subject] = evolve_warning(self.warnings.get(subject), fact)
        return list(facts)

    # --- what people say ---------------------------------------------------------------------------------------------

    def named(self, name: str) -> tuple[str, Warning]:
        """(subject, warning) of an open warning's id. Raises NotThere."""
        found = next(((subject, one) for subject, one in self.warnings.items() if one.id == name), None)
        if found is None:
            raise NotThere("没有这个预警，或已经结束 no such open warning")
        return found

    def estimated(self, key: ComponentId, estimate: Estimate) -> list[Fact]:
        """An estimate of a component goes to the warning it belongs to."""
        subjects = [subject for subject, one in self.warnings.items() if key in one.components]
        return [fact for subject in subjects for fact in self._do(subject, State(estimate))]

    def exceeds(self, subject: str, command: Exceed) -> list[Fact]:
        return self._do(subject, command)

    # --- events --------------------------------------------------------------------------------------------------

    def losses(self) -> Iterator[Loss]:
        """Who is out because of which fault; of those that work again, nobody."""
        for subject, warning in self.warnings.items():
            outlook = self._alone.known(subject) if subject in self.troubles else None
            down, dark = (outlook.outlets_down, outlook.dark) if outlook else (dict.fromkeys(Mode, 0), 0)
            yield Loss(warning.id, warning.since, down[Mode.INTERFACE], down[Mode.NON_INTERFACE], dark)

    def sightings(self, now: datetime) -> tuple[Sighting, ...]:
        """The open faults that are an event now by any plan, each with its standing, alone."""
        minute = minute_of(now)
        found = (self._sighted(subject, warning, minute) for subject, warning in self.warnings.items())
        return tuple(one for one in found if one is not None)

    def _sighted(self, subject: str, warning: Warning, minute: Minute) -> Sighting | None:
        trouble, outlook = self.troubles.get(subject), self._alone.known(subject)
        if trouble is None or outlook is None:
            return None
        main = outlook.at(minute)
        others = {name: judged_at(turns, minute) for name, turns in outlook.others.items()}
        if not main.emergency and not any(one.emergency for one in others.values()):
            return None
        return Sighting(
            warning=warning.id,
            components=warning.components,
            nature=warning.nature,
            declared_by=warning.declared_by,
            since=warning.since,
            discovered=warning.discovered,
            estimate=warning.until,
            proposed=standing(main),
            others={name: standing(one) for name, one in others.items()},
            extent=self._alone.extent(subject, trouble, minute, main),
            event_after=0 if trouble.data else self.event_minutes,
        )

    def judged(self, one: Recorded, now: datetime) -> Sighting | None:
        """A judgement of a group (1.4.1(1), (2)) as the event that it makes."""
        return self._alone.judged(one, now)

    # --- shown -------------------------------------------------------------------------------------------------------

    def of(self, component: ComponentId) -> Warning | None:
        """The open warning that a component belongs to."""
        warning = self.warnings.get(self._grouping.subject(component))
        return warning if warning is not None and component in warning.components else None

    def shown(
        self, now: datetime, zone: tzinfo, suspicions: Mapping[ComponentId, ComponentId]
    ) -> tuple[WatchedFault, ...]:
        """All open faults, those that hit most outlets first; `suspicions`: what may be behind a lost component."""
        minute = minute_of(now)
        faults = [
            replace(
                self._shown(subject, warning, minute, zone),
                suspected=tuple(dict.fromkeys(suspicions[one] for one in warning.components if one in suspicions)),
            )
            for subject, warning in self.warnings.items()
        ]
        faults.sort(key=lambda one: (-sum(one.outlets_down.values()), one.since))
        return tuple(faults[:SHOWN_MAX])

    def followed(self, subject: str, warning: Warning, now: datetime, zone: tzinfo) -> Followed:
        """One fault as its alert follows it, open or just ended."""
        minute, trouble, outlook = minute_of(now), self.troubles.get(subject), self._alone.known(subject)
        present = outlook.at(minute) if outlook and trouble else None
        return Followed(
            subject,
            warning,
            self._shown(subject, warning, minute, zone),
            tuple(trouble.faults) if trouble else (),
            tuple(present.because) if present else (),
            Countdown(now, present.level, present.clauses) if present and present.level is not None else None,
            self.event_minutes,
        )

    def _shown(self, subject: str, warning: Warning, minute: int, zone: tzinfo) -> WatchedFault:
        trouble, outlook = self.troubles.get(subject), self._alone.known(subject)
        down = outlook.outlets_down if outlook and trouble else dict.fromkeys(Mode, 0)
        turns = outlook.turns if outlook and trouble else ()
        ahead = tuple(
            Countdown(moment_of(Minute(at), zone), judgement.level, judgement.clauses)
            for at, judgement in turns
            if at > minute
        )
        return WatchedFault(
            id=warning.id,
            components=warning.components,
            since=warning.since,
            nature=warning.nature,
            outlets_down=down,
            countdown=ahead,
            reports=self._route(warning, trouble),
            is_event=warning.is_event,
            declared_by=warning.declared_by,
            estimate_owed=warning.estimate_owed,
            estimate=warning.until,
            exceeds=bool(warning.exceeds),
            returned=warning.returned,
        )

    def _route(self, warning: Warning, trouble: Trouble | None) -> tuple[Mapping[str, object], ...]:
        declared = warning.components[0].startswith("declared/")
        spoken_of = [trouble.way] if trouble is not None and trouble.way is not None else []
        return warning_route(self._plan, self._network, spoken_of if declared else warning.components)
