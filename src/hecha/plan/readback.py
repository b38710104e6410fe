"""Reads a plan back in full Chinese, so that an official can check what the program has understood."""

from collections.abc import Iterable
from dataclasses import dataclass

from hecha.kernel.ids import ClauseId
from hecha.plan.duration import amount
from hecha.plan.model import Alternative, EventRule, GradeRule, Matter, Plan, Quantifier, Scope, Sentence, Span
from hecha.plan.sentence import GROUP_WORDS, show, whole_word

_COUNT_WORD = {Scope.BANK: "家", Scope.INTERFACE_BANK: "家"}
_DATA = {
    Matter.SEVERE_DATA_ERROR: "居民数据全缺，或准确率低于{share}",
    Matter.DISTURBING_DATA_ERROR: "居民数据有误，虽不严重，但小组认定妨碍了业务",
}
_MODES = {
    Matter.CANNOT_INTERFACE: "用接口方式",
    Matter.CANNOT_NON_INTERFACE: "用非接口方式",
    Matter.CAN_INTERFACE: "用接口方式",
    Matter.CAN_NON_INTERFACE: "用非接口方式",
}
FLAGS = {
    "collapse_by_disaster": "小组记录了：灾害、事故或社会安全事件压垮了系统或节点，业务大受影响（不看时限）",
    "staff_shortage": "小组记录了：疫情或社会安全事件使人手不足，业务大受影响（不看时限）",
}


@dataclass(frozen=True, slots=True)
class ReadBack:
    """One event or grading clause of a reading, read back. `level` is None for an event clause."""

    clause: ClauseId
    level: int | None
    gist: str
    lines: tuple[str, ...]  # in full, one per alternative
    reason: str = ""
    sentences: tuple[str, ...] = ()  # as the plan has them, one per alternative


def read_back(plan: Plan, reading: str) -> tuple[ReadBack, ...]:
    """Every event clause and every grading clause of one reading, in the regulation's order."""
    chosen = plan.readings[reading]
    events = [(rule.clause, None, event_lines(rule, plan), rule.alternatives) for rule in chosen.events]
    grades = [(rule.clause, rule.level, grade_lines(rule, plan), rule.alternatives) for rule in chosen.grades]
    return tuple(
        ReadBack(
            clause,
            level,
            plan.clauses[clause].gist,
            lines,
            chosen.reasons.get(clause, ""),
            tuple(" 且 ".join(map(show, alternative)) for alternative in alternatives),
        )
        for clause, level, lines, alternatives in [*events, *grades]
    )


def event_lines(rule: EventRule, plan: Plan) -> tuple[str, ...]:
    """What makes it an event, one line per alternative."""
    if rule.flag is not None:
        return (FLAGS[rule.flag],)
    return _lines(rule.alternatives, plan)


def grade_lines(rule: GradeRule, plan: Plan) -> tuple[str, ...]:
    """What fulfils a grading clause, one line per alternative."""
    return ("凡是突发事件，都符合这一条（兜底）",) if rule.residual else _lines(rule.alternatives, plan)


def in_full(sentence: Sentence, plan: Plan) -> str:
    """One sentence as full natural Chinese, without a full stop."""
    if sentence.matter in _DATA:
        share = f"{float(plan.settings['severe_accuracy_below']):.0%}"
        trouble = _DATA[sentence.matter].format(share=share)
        return f"{_groups(sentence)}，{trouble}{_lasting(sentence.span, '从出错到改好')}"
    each = "各自" if sentence.quantifier is Quantifier.ALL else ""
    return _outlets(sentence) + _lasting(sentence.span, f"{each}从中断到恢复")


def _lines(alternatives: Iterable[Alternative], plan: Plan) -> tuple[str, ...]:
    return tuple("；并且".join(in_full(sentence, plan) for sentence in each) for each in alternatives)


def _groups(sentence: Sentence) -> str:
    """至少有一个地市; 有1到10个地市; 全省."""
    if sentence.scope is Scope.WHOLE:
        return whole_word(sentence)
    word = next(word for word, scope in GROUP_WORDS.items() if scope is sentence.scope)
    count = _COUNT_WORD.get(sentence.scope, "个")
    if sentence.groups_high is not None:
        return f"有{sentence.groups_low}到{sentence.groups_high}{count}{word}"
    return f"至少有{'一' if sentence.groups_low == 1 else sentence.groups_low}{count}{word}"


def _outlets(sentence: Sentence) -> str:
    every = sentence.quantifier is Quantifier.ALL
    if sentence.scope is Scope.WHOLE:
        inside = "的每一个" if every else "至少有一个"
    elif sentence.groups_low > 1 or sentence.groups_high is not None:
        inside = "，各自的每一个" if every else "，各自至少有一个"
    else:
        inside = "，它的每一个" if every else "，其中至少有一个"
    return f"{_groups(sentence)}{inside}{_outlet_word(sentence)}{'都' if every else ''}{_ability(sentence.matter)}"


def _outlet_word(sentence: Sentence) -> str:
    by_interface = sentence.matter in (Matter.CANNOT_INTERFACE, Matter.CAN_INTERFACE)
    return "接口行网点" if by_interface and sentence.scope is not Scope.INTERFACE_BANK else "网点"


def _ability(matter: Matter) -> str:
    if matter is Matter.CANNOT_BOTH:
        return "没有任何一种方式可以核查"
    if matter is Matter.CANNOT_ANY:
        return "至少有一种应有的方式不能核查"
    can = matter in (Matter.CAN_INTERFACE, Matter.CAN_NON_INTERFACE)
    return f"{'此刻能够' if can else '不能'}{_MODES[matter]}核查"


def _lasting(span: Span, course: str) -> str:
    if span == Span():
        return ""
    low = ""
    if span.low > 0:
        exclusive = (span.low - 1) % 60 == 0 and span.low > 1
        low = f"超过{amount(span.low - 1)}" if exclusive else f"达到{amount(span.low)}或更久"
    high = f"不超过{amount(span.high)}（含）" if span.high is not None else ""
    return f"，{course}" + "、".join(filter(None, (low, high)))
