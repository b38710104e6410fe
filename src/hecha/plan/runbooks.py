"""Runbooks (技术应急处置, 5.2) and the questions of an evaluation (5.4): plan entries into values.

[[runbook]]  id, clause, part, nature, zh, en        what is broken, and by which clause it is handled
[[step]]     runbook, who, zh, en, proof, proof_en   who does what, what proves it; action: by the system
"""

import re
from collections.abc import Iterable

from hecha.kernel.errors import BadInput
from hecha.kernel.ids import ClauseId
from hecha.plan.build import clause_id
from hecha.plan.closeness import suggest
from hecha.plan.model import Question, Runbook, RunbookStep
from hecha.plan.source import Entry

PARTS = ("terminal", "front")
NATURES = ("hardware", "software", "network", "power", "environment")
WHO = (
    "outlet",
    "bank.settlement",
    "bank.technology",
    "branch.office",
    "branch.settlement",
    "branch.technology",
    "province.office",
    "province.settlement",
    "province.technology",
)
"""A kind of unit, and a post in it: `branch` is the central bank's local branch of the unit that is hit."""
ACTIONS = ("switch_front", "switch_channel", "start_standby", "call_vendor", "state_estimate")
PARTIES = ("settlement", "technology", "operations")
STEPS_MAX = 30
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")


def runbooks(heads: Iterable[Entry], steps: Iterable[Entry]) -> tuple[Runbook, ...]:
    """Every runbook with its steps, in the order of the entries. Raises BadInput naming file, line and word."""
    found: dict[str, Entry] = {}
    for entry in heads:
        name = _name(entry)
        if name in found:
            raise BadInput(entry.where("id"), f"处置手册“{name}”写了两次", f"前一次在 {found[name].where()}")
        found[name] = entry
    own: dict[str, list[RunbookStep]] = {name: [] for name in found}
    for entry in steps:
        own[entry.one_of("runbook", found)].append(_step(entry))
    return tuple(_runbook(entry, own[name]) for name, entry in found.items())


def questions(entries: Iterable[Entry]) -> tuple[Question, ...]:
    """What evaluations ask, in the order of the entries."""
    found = []
    for entry in entries:
        entry.only("clause", "party", "zh", "en")
        party = entry.one_of("party", PARTIES)
        found.append(Question(clause_id(entry, "clause"), party, entry.text("zh"), entry.text("en")))
    return tuple(found)


def _name(entry: Entry) -> str:
    entry.only("id", "clause", "part", "nature", "zh", "en")
    name = entry.text("id")
    if not _ID.fullmatch(name):
        raise BadInput(entry.where("id"), f"“{name[:40]}”不能作手册的 id", "用小写字母、数字和短横，如 front-power")
    return name


def _runbook(entry: Entry, steps: list[RunbookStep]) -> Runbook:
    name = entry.text("id")
    if not 0 < len(steps) <= STEPS_MAX:
        raise BadInput(entry.where("id"), f"处置手册“{name}”有 {len(steps)} 步", f"要有 1 到 {STEPS_MAX} 步 [[step]]")
    clause, part = clause_id(entry, "clause"), entry.one_of("part", PARTS)
    nature = entry.one_of("nature", NATURES)
    return Runbook(name, ClauseId(clause), part, nature, entry.text("zh"), entry.text("en"), tuple(steps))


def _step(entry: Entry) -> RunbookStep:
    entry.only("runbook", "who", "zh", "en", "proof", "proof_en", "action")
    return RunbookStep(
        entry.one_of("who", WHO),
        entry.text("zh"),
        entry.text("en"),
        entry.text("proof"),
        entry.text("proof_en"),
        _action(entry),
    )


def _action(entry: Entry) -> str:
    action = entry.text("action", "")
    if action and action not in ACTIONS:
        raise BadInput(entry.where("action", action), f"“{action}”不是系统能做的动作", suggest(action, ACTIONS))
    return action
