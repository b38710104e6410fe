"""From the text of plan files to a `Plan`, or one BadInput that names file, line, word and way out."""

import re
from collections.abc import Iterable, Mapping

from hecha.kernel.errors import BadInput
from hecha.kernel.ids import ClauseId
from hecha.plan.build import bases, clauses, headings, levels, procedure, reading_rules, readings, settings
from hecha.plan.build_posts import KINDS as POST_KINDS
from hecha.plan.build_posts import organization
from hecha.plan.charges import charges
from hecha.plan.model import Plan
from hecha.plan.runbooks import questions, runbooks
from hecha.plan.sound import check_sound
from hecha.plan.source import Entry, read_entries

_PLAN_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")  # it names folders
TABLES = ("plan", "settings")
ARRAYS = (
    "basis",
    "heading",
    "clause",
    "level",
    "reading",
    "rule",
    "event",
    "grade",
    "route",
    "authority",
    "measure",
    "speed",
    "warning",
    "runbook",
    "step",
    "question",
    *POST_KINDS,
    "charge",
)


def parse_plan(files: Mapping[str, str]) -> Plan:
    """A whole plan from `{file name: text}`. Raises BadInput, and nothing else, for anything wrong in it."""
    by_kind = _by_kind(read_entries(files, TABLES, ARRAYS))
    head = _head(by_kind["plan"])
    plan = _assemble(head, by_kind)
    check_sound(plan, by_kind)
    return plan


def _assemble(head: Entry, by_kind: Mapping[str, list[Entry]]) -> Plan:
    return Plan(
        id=head.text("id"),
        zh=head.text("zh"),
        version=head.text("version"),
        levels=levels(by_kind["level"]),
        clauses=clauses(by_kind["clause"]),
        readings=readings(by_kind),
        default_reading=head.text("default_reading"),
        settings=settings(by_kind["settings"]),
        headings=headings(by_kind["heading"]),
        numbering_gaps=frozenset(ClauseId(each) for each in head.texts("numbering_gaps")),
        purpose=head.text("purpose", ""),
        scope=head.text("scope", ""),
        bases=bases(by_kind["basis"]),
        rules=reading_rules(by_kind["rule"]),
        runbooks=runbooks(by_kind["runbook"], by_kind["step"]),
        questions=questions(by_kind["question"]),
        charges=charges(by_kind["charge"]),
        **procedure(by_kind),
        organization=organization(by_kind),
    )


def _head(entries: list[Entry]) -> Entry:
    if not entries:
        raise BadInput("plan.toml", "缺 [plan] 表", "写明 id、zh、version、default_reading")
    if len(entries) > 1:
        raise BadInput(entries[1].where(), f"[plan] 写了两次，前一次在 {entries[0].where()}", "只留一个")
    head = entries[0]
    head.only("id", "zh", "version", "default_reading", "purpose", "scope", "numbering_gaps")
    if not _PLAN_ID.fullmatch(head.text("id")):
        raise BadInput(head.where("id"), "办法的 id 不合格", "用小写字母、数字和短横，如 zhejiang")
    return head


def _by_kind(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    by_kind: dict[str, list[Entry]] = {kind: [] for kind in (*TABLES, *ARRAYS)}
    for entry in entries:
        by_kind[entry.kind].append(entry)
    return by_kind
