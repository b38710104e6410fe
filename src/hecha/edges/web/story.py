"""An event in words (台账讲述), as an auditor reads it a year later: from the ledger's facts alone, then its figures.

    for line in story(connection, network, plan, "E2026…", "zh"): print(line)

Every line says when, what, for which unit, by whom, what was said, under which clause, and the fact's number.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup

from hecha.edges.evaluation.figuring import Figuring, Told, story_of
from hecha.edges.store.ledger import Recorded
from hecha.edges.web import decision_words, evaluation_words, report_words
from hecha.edges.web.dress import CHINA, Dress
from hecha.edges.web.duty_pages import DUTIES
from hecha.edges.web.pages.incidents import fact_words
from hecha.edges.web.words import N_, words
from hecha.evaluation.owed import Outcome
from hecha.kernel.errors import NotThere
from hecha.kernel.facts import Fact
from hecha.kernel.moments import minute_of
from hecha.network.model import Network
from hecha.plan.model import Plan

UNITS_NAMED_MAX = 6
SAID: Mapping[str, str] = {
    "kind": N_("种类"),
    "number": N_("文号"),
    "level": N_("等级"),
    "reason": N_("理由"),
    "cause": N_("原因"),
    "impact": N_("影响"),
    "conclusion": N_("结论"),
    "chair": N_("主持人"),
    "proposer.name": N_("提出人"),
    "consenter.name": N_("同意人"),
    "call.to": N_("报给"),
    "call.callee": N_("受话人"),
    "call.said": N_("通话要点"),
    "skip.over": N_("越过"),
    "skip.reason": N_("理由"),
    "answer.number": N_("文号"),
    "answer.gist": N_("答复要点"),
    "delivery.to": N_("收报单位"),
    "name": N_("签署人"),
    "title": N_("名称"),
    "text": N_("内容"),
    "party": N_("部门"),
    "unit": N_("单位"),
    "proved": N_("凭据"),
    "note": N_("说明"),
    "recovered": N_("恢复时间"),
    "occurred": N_("发生时间"),
    "discovered": N_("发现时间"),
    "due": N_("期限"),
    "version": N_("版本"),
}
"""What is told of a fact's data, in this order, and what it is called."""
_KINDS = {**report_words.KINDS, **decision_words.KINDS}
_MACHINE = re.compile(r"[a-z_]+:[a-z_]+")
"""A reason that the system gave to itself: `taken:start`."""
_BROKEN = (Outcome.LATE, Outcome.OVERDUE)


@dataclass(frozen=True, slots=True)
class _Line:
    """Facts of one kind that follow one another within a minute: 275 reports that are owed at once are one line."""

    first: Recorded
    last: int
    units: tuple[str, ...]


def story(connection: sa.Connection, network: Network, plan: Plan, incident: str, language: str) -> Iterator[str]:
    """The event's story, line by line; as it stood at its last fact, whatever the date is today.

    Raises NotThere for an event of which nothing is told."""
    facts = list(story_of(connection, incident, 2**62))
    if not facts:
        raise NotThere(f"台账里没有事件 {incident} (no such incident in the ledger)")
    told = Figuring().of(connection, network, incident, max(one.fact.at for one in facts))
    teller = _Teller(Dress(language, words(language), network), plan)
    yield from teller.head(told)
    yield from teller.happenings(facts)
    yield from teller.figures(told)


@dataclass(frozen=True, slots=True)
class _Teller:
    dress: Dress
    plan: Plan

    def say(self, text: str, **slots: Any) -> str:
        said = self.dress.words.gettext(text)
        return said % slots if slots else said

    def name(self, unit: str) -> str:
        return _plain(self.dress.unit(unit))

    def level(self, rank: int | None) -> str:
        if rank is None:
            return self.say(N_("未构成突发事件"))
        found = self.plan.level(rank)
        return found.zh if self.is_chinese else found.en

    def head(self, told: Told) -> Iterator[str]:
        one = told.incident
        yield _plain(self.dress.incident(one)) + self.aside(one.id)
        unit, level = self.name(one.unit), self.level(one.peak)
        yield self.say(N_("负责单位：%(unit)s；最高等级：%(level)s"), unit=unit, level=level)
        marks = ((N_("发生"), one.occurred), (N_("发现"), one.discovered), (N_("立案"), one.opened))
        ends = ((N_("确认恢复"), one.recovered), (N_("应急处置结束"), one.ended), (N_("归档"), one.closed))
        moments = [f"{self.say(word)} {self.moment(at)}" for word, at in (*marks, *ends) if at is not None]
        yield ("；" if self.is_chinese else "; ").join(moments)

    def moment(self, at: datetime) -> str:
        return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"

    def happenings(self, facts: Iterable[Recorded]) -> Iterator[str]:
        day = ""
        for line in _joined(facts):
            today = f"{line.first.fact.at.astimezone(CHINA):%Y-%m-%d}"
            if today != day:
                day = today
                yield ""
                yield day
            yield self.line(line)

    def line(self, line: _Line) -> str:
        """`09:04 发送首报 — 人民银行浙江省分行（某某）；文号：…（4.1.2.4）〔台账 45〕`"""
        fact = line.first.fact
        what = self.say(fact_words().get(fact.kind, fact.kind))
        who = self.units(line.units)
        by = "" if fact.by == "system" else self.aside(fact.by)
        said = self.said(fact) if line.last == line.first.seq else ""
        clause = self.aside(fact.clause) if fact.clause else ""
        number = f"{line.first.seq}" if line.last == line.first.seq else f"{line.first.seq}–{line.last}"
        whole = f"{what}{f' — {who}' if who else ''}{by}{said}{clause}"
        return f"  {fact.at.astimezone(CHINA):%H:%M} {whole}〔{self.say(N_('台账'))} {number}〕"

    def units(self, units: Sequence[str]) -> str:
        shown = ("、" if self.is_chinese else ", ").join(self.name(unit) for unit in units[:UNITS_NAMED_MAX])
        return shown + (self.say(N_("等 %(count)s 家"), count=len(units)) if len(units) > UNITS_NAMED_MAX else "")

    def said(self, fact: Fact) -> str:
        """What the fact carries that a reader understands; the unit is not said twice."""
        found = [(word, self.value(key, _at(fact.data, key))) for key, word in SAID.items()]
        own = self.name(fact.on_behalf_of) if fact.on_behalf_of else ""
        told = [(self.say(word), text) for word, text in found if text and text != own]
        return "".join(f"；{word}：{text}" if self.is_chinese else f"; {word}: {text}" for word, text in told)

    @property
    def is_chinese(self) -> bool:
        return self.dress.language == "zh"

    def aside(self, text: str) -> str:
        return f"（{text}）" if self.is_chinese else f" ({text})"

    def pair(self, word: str, text: str) -> str:
        return f"  {word}：{text}" if self.is_chinese else f"  {word}: {text}"

    def value(self, key: str, value: Any) -> str:
        if value is None or value == "" or isinstance(value, (Mapping, list)):
            return ""
        if key == "level":
            return self.level(value) if isinstance(value, int) else ""
        if key == "kind":
            return self.say(_KINDS[value]) if value in _KINDS else ""
        if key == "party":
            return self.say(evaluation_words.PARTIES.get(value, value))
        if key in ("unit", "call.to", "skip.over", "delivery.to"):
            return self.name(str(value))
        if key in ("recovered", "occurred", "discovered", "due") and "T" in str(value):
            return self.moment(datetime.fromisoformat(str(value)))
        return "" if _MACHINE.fullmatch(str(value)) else _plain(self.dress.half(str(value)))

    def figures(self, told: Told) -> Iterator[str]:
        figures = told.figures
        yield ""
        yield self.say(N_("处置时效"))
        for one in figures.clocks:
            took = self.say(N_("未发生"))
            if one.minutes is not None:
                took = f"{self.say(evaluation_words.BEGINS[one.name])} {self.dress.minutes(one.minutes)}"
            yield self.pair(self.say(evaluation_words.CLOCKS[one.name]), took + self.aside(one.clause))
        yield self.say(N_("影响"))
        for name, loss in figures.losses.items():
            lost = self.say(N_("%(hours)s 网点·小时，最多 %(peak)s 个网点"), hours=loss.hours, peak=loss.peak)
            yield self.pair(self.say(evaluation_words.LOSSES[name]), lost)
        for name, word in evaluation_words.BUSINESS.items():
            yield self.pair(self.say(word), str(getattr(figures.business, name)))
        yield from self.broken(told)
        seq, digest = told.through
        rest = self.say(N_("全部数字出自 %(count)s 条台账事实，截至第 %(seq)s 条"), count=figures.facts, seq=seq)
        yield f"{rest} {digest}"

    def broken(self, told: Told) -> Iterator[str]:
        """Duties that were not kept in time, each kind with whose they were."""
        yield self.say(N_("没有按时履行的职责"))
        found: dict[tuple[str, str, str], list[str]] = {}
        for one in told.accounts:
            if one.outcome in _BROKEN:
                found.setdefault((one.duty.clause, one.duty.what, one.outcome.value), []).append(one.duty.unit)
        for (clause, what, outcome), units in sorted(found.items()):
            word = self.say(evaluation_words.OUTCOMES[outcome])
            whose = self.units(tuple(dict.fromkeys(units)))
            yield self.pair(f"{self.say(DUTIES.get(what, what))}{self.aside(clause)} {word} {len(units)}", whose)
        if not found:
            yield f"  {self.say(N_('没有'))}"


def _joined(facts: Iterable[Recorded]) -> Iterator[_Line]:
    line: _Line | None = None
    for one in facts:
        if line is not None and _belongs(one, line.first):
            unit = one.fact.on_behalf_of
            units = line.units if unit in line.units else (*line.units, unit)
            line = replace(line, last=one.seq, units=units)
            continue
        if line is not None:
            yield line
        line = _Line(one, one.seq, (one.fact.on_behalf_of,) if one.fact.on_behalf_of else ())
    if line is not None:
        yield line


def _belongs(one: Recorded, first: Recorded) -> bool:
    same = (one.fact.kind, one.fact.by) == (first.fact.kind, first.fact.by)
    return same and one.fact.subject != first.fact.subject and minute_of(one.fact.at) == minute_of(first.fact.at)


def _at(data: Mapping[str, Any], key: str) -> Any:
    """A value of a fact's data; `call.said` lies within `call`."""
    outer, _, inner = key.partition(".")
    found = data.get(outer)
    return found.get(inner) if inner and isinstance(found, Mapping) else None if inner else found


def _plain(shown: Markup | str) -> str:
    return shown.striptags() if isinstance(shown, Markup) else shown
