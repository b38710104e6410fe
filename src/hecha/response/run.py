"""A run of a runbook (处置手册的一次执行, 5.2): who does which step, what proved it, until it is finished.

    started ─ (step_done | acted | noted | vendor_called)* ─► finished | abandoned

The next open step is a duty of its owner; steps may be done in another order when the fault asks for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from hecha.kernel.duties import Duty
from hecha.kernel.errors import BadInput, Conflict, Refused
from hecha.kernel.facts import Fact
from hecha.kernel.notices import Notice
from hecha.verification.disclosure import checked_text

PREFIX = "response:run:"
NOTES_MAX = 200


class Phase(StrEnum):
    RUNNING = "running"  # 执行中
    FINISHED = "finished"  # 已完成
    ABANDONED = "abandoned"  # 已中止


@dataclass(frozen=True, slots=True)
class RunStep:
    """One step as the plan had it when the run began, with the unit and post that owe it."""

    unit: str
    post: str
    zh: str
    en: str
    proof: str
    proof_en: str
    action: str = ""
    done_at: datetime | None = None
    done_by: str = ""
    proved: str = ""  # what was seen

    @property
    def is_done(self) -> bool:
        return self.done_at is not None


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth keeping: a person's note, or what a button did and what was measured afterwards.

    `kind` ∈ note, acted, vendor; `worked` is what was measured (acted), else None."""

    kind: str
    text: str
    at: datetime
    by: str
    worked: bool | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """`component` is being mended (`front/a`, `outlet/…/terminal`); `incident` may be "": a fault below 1.4.1."""

    id: str
    incident: str
    unit: str
    runbook: str
    clause: str
    component: str
    zh: str
    en: str
    steps: tuple[RunStep, ...]
    opened: datetime
    opened_by: str
    phase: Phase = Phase.RUNNING
    notes: tuple[Note, ...] = ()
    closed: datetime | None = None
    closed_by: str = ""
    reason: str = ""

    @property
    def next(self) -> int | None:
        """The number of the first open step, None when all are done."""
        return next((number for number, step in enumerate(self.steps) if not step.is_done), None)


@dataclass(frozen=True, slots=True)
class Start:
    id: str
    incident: str
    unit: str
    runbook: str
    clause: str
    component: str
    zh: str
    en: str
    steps: tuple[RunStep, ...]
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class StepDone:
    """`number` from 0; `proved`: what was seen, measured or written down."""

    number: int
    proved: str
    at: datetime
    by: str
    unit: str


@dataclass(frozen=True, slots=True)
class Acted:
    """A button was pressed: what was asked of the chain, and what was measured afterwards."""

    action: str
    asked: str
    measured: str
    worked: bool
    at: datetime
    by: str
    unit: str


@dataclass(frozen=True, slots=True)
class Write:
    """A note; `vendor` names the contact that was called, if any."""

    text: str
    at: datetime
    by: str
    unit: str
    vendor: str = ""


@dataclass(frozen=True, slots=True)
class Finish:
    """All steps are done, or the rest is not needed for the `reason` given."""

    at: datetime
    by: str
    unit: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Abandon:
    """This is not the way; another runbook, or the fault is over."""

    reason: str
    at: datetime
    by: str
    unit: str


Command = Start | StepDone | Acted | Write | Finish | Abandon


def decide(command: Command, run: Run | None) -> tuple[Fact, ...]:
    """The facts of a command. Raises BadInput, Conflict or Refused; repeating what holds gives no fact."""
    if isinstance(command, Start):
        return () if run is not None else (_started(command),)
    if run is None:
        raise Conflict("没有这次处置 (no such run)")
    if isinstance(command, (Finish, Abandon)):
        return _closed(command, run)
    if run.phase is not Phase.RUNNING:
        raise Refused(run.clause, "这次处置已经结束", "如故障再起，请另开一次 start another one")
    match command:
        case StepDone():
            return _step_done(command, run)
        case Acted():
            data = {name: getattr(command, name) for name in ("action", "asked", "measured", "worked")}
            return (_fact("acted", run, command, data),)
        case Write(text, _, _, _, vendor):
            kind = "vendor_called" if vendor else "noted"
            if len(run.notes) >= NOTES_MAX:
                raise BadInput("text", f"记录已有 {NOTES_MAX} 条 too many notes", "请写入评估 use the evaluation")
            return (_fact(kind, run, command, {"text": _said("text", text), "vendor": vendor}),)


def evolve(run: Run | None, fact: Fact) -> Run:
    """What a fact makes of the run."""
    action, data = fact.kind.removeprefix(PREFIX), fact.data
    if action == "started":
        steps = tuple(RunStep(**step) for step in data["steps"])
        rest = {name: data[name] for name in ("incident", "runbook", "clause", "component", "zh", "en")}
        return Run(fact.subject, unit=fact.on_behalf_of, steps=steps, opened=fact.at, opened_by=fact.by, **rest)
    assert run is not None
    match action:
        case "step_done":
            return replace(run, steps=_with_done(run.steps, int(data["number"]), fact))
        case "acted":
            note = Note("acted", f"{data['asked']} → {data['measured']}", fact.at, fact.by, bool(data["worked"]))
            return replace(run, notes=(*run.notes, note))
        case "noted" | "vendor_called":
            kind = "vendor" if action == "vendor_called" else "note"
            return replace(run, notes=(*run.notes, Note(kind, str(data["text"]), fact.at, fact.by)))
        case _:
            phase = Phase(action)
            return replace(run, phase=phase, closed=fact.at, closed_by=fact.by, reason=str(data["reason"]))


def duties(run: Run) -> tuple[Duty, ...]:
    """The next open step is owed by its owner; when all are done, the unit owes the finish."""
    if run.phase is not Phase.RUNNING:
        return ()
    number = run.next
    if number is None:
        return (_duty(run, f"{run.id}:run.finish", run.unit, "technology", "run.finish", _last_done(run)),)
    step = run.steps[number]
    return (_duty(run, f"{run.id}:run.step:{number}", step.unit, step.post, "run.step", _last_done(run)),)


def notices(fact: Fact, run: Run) -> tuple[Notice, ...]:
    """A run that begins tells every owner of a step; a step that is done tells the owner of the next one."""
    action = fact.kind.removeprefix(PREFIX)
    number = run.next
    if action == "started":
        owners = dict.fromkeys((step.unit, step.post) for step in run.steps)
    elif action == "step_done" and number is not None:
        done = run.steps[int(fact.data["number"])]
        following = run.steps[number]
        same = (done.unit, done.post) == (following.unit, following.post)
        owners = {} if same else {(following.unit, following.post): None}
    else:
        return ()
    return tuple(_notice(fact, run, unit, post) for unit, post in owners)


def _notice(fact: Fact, run: Run, unit: str, post: str) -> Notice:
    words = {"runbook": run.zh, "component": run.component}
    return Notice(
        key=f"{run.id}:run.step:{unit}:{post}",
        unit=unit,
        post=post,
        what="run.step",
        clause=run.clause,
        subject=run.id,
        at=fact.at,
        incident=run.incident,
        urgent=True,
        facts=words,
    )


def _duty(run: Run, id: str, unit: str, post: str, what: str, since: datetime) -> Duty:
    return Duty(id, unit, what, run.clause, run.id, since, post=post, incident=run.incident)


def _last_done(run: Run) -> datetime:
    return max([run.opened, *(step.done_at for step in run.steps if step.done_at is not None)])


def _started(command: Start) -> Fact:
    if not command.steps:
        raise BadInput("runbook", "手册里没有步骤 the runbook has no steps", "请补写办法 add them to the plan")
    names = ("unit", "post", "zh", "en", "proof", "proof_en", "action")
    steps = [{name: getattr(step, name) for name in names} for step in command.steps]
    data: dict[str, Any] = {
        name: getattr(command, name) for name in ("incident", "runbook", "clause", "component", "zh", "en")
    }
    kind, clause = PREFIX + "started", command.clause
    return Fact(kind, command.id, command.at, command.by, command.unit, clause, data | {"steps": steps})


def _step_done(command: StepDone, run: Run) -> tuple[Fact, ...]:
    if not 0 <= command.number < len(run.steps):
        raise BadInput("number", "没有这一步 no such step", f"1 至 {len(run.steps)}")
    if run.steps[command.number].is_done:
        return ()
    data = {"number": command.number, "proved": _said("proved", command.proved)}
    return (_fact("step_done", run, command, data),)


def _closed(command: Finish | Abandon, run: Run) -> tuple[Fact, ...]:
    wanted = Phase.FINISHED if isinstance(command, Finish) else Phase.ABANDONED
    if run.phase is wanted:
        return ()
    if run.phase is not Phase.RUNNING:
        raise Refused(run.clause, "这次处置已经结束", "如故障再起，请另开一次 start another one")
    reason = checked_text("reason", command.reason)
    if not reason and (wanted is Phase.ABANDONED or run.next is not None):
        left = sum(not step.is_done for step in run.steps)
        raise Refused(run.clause, f"还有 {left} 步没有做", "写明为什么不需要 say why they are not needed")
    return (_fact(wanted.value, run, command, {"reason": reason}),)


def _said(field: str, text: str) -> str:
    said = checked_text(field, text)
    if not said:
        raise BadInput(field, "请写明凭什么说做完了 say what was seen", "一句话即可 one sentence will do")
    return said


def _with_done(steps: tuple[RunStep, ...], number: int, fact: Fact) -> tuple[RunStep, ...]:
    done = replace(steps[number], done_at=fact.at, done_by=fact.by, proved=str(fact.data["proved"]))
    return (*steps[:number], done, *steps[number + 1 :])


def _fact(action: str, run: Run, command: StepDone | Acted | Write | Finish | Abandon, data: Mapping[str, Any]) -> Fact:
    return Fact(PREFIX + action, run.id, command.at, command.by, command.unit, run.clause, data)
