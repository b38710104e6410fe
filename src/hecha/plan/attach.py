"""Splits the official text (原文) by clause. The text itself is the operator's and is not part of the product.

It is taken as it is issued in plain text: stray `[bookmark: …]` marks, numbers broken by them
(`1.4. [bookmark: x]2.2`), page marks (`—6—`), wrapped lines, items that follow one another on one line, half- and
full-width brackets.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from hecha.kernel.errors import BadInput
from hecha.kernel.ids import ClauseId
from hecha.plan.model import Plan
from hecha.plan.numbering import elder, key, parent, with_ancestors

TEXT_CHARACTERS_MAX = 2_000_000
LINES_MAX = 20_000
HEADINGS_MAX = 4_000
TITLE_CHARACTERS_MAX = 24

_BOOKMARK = re.compile(r"[ \t\u3000]*\[bookmark[^\]\n]{0,80}\][ \t\u3000]*", re.IGNORECASE)
_PAGE_MARK = re.compile(r"[(（]?\s*[—–\-―]{1,2}\s*[0-9]{1,4}\s*[—–\-―]{1,2}\s*[)）]?|[()（）]|第\s*[0-9]{1,4}\s*页")
_NUMBER = re.compile(r"([0-9]{1,3}(?:\s*[.．]\s*[0-9]{1,3})*)\s*[.．]?\s*(?=\S)")
_BROKEN_NUMBER = re.compile(r"(?:[0-9]{1,3}\s*[.．]\s*)+")
_ITEM = re.compile(r"[(（]\s*([0-9]{1,3})\s*[)）]\s*")
_ITEM_INSIDE = re.compile(r"(?<=[。；;])\s*(?=[(（]\s*[0-9]{1,3}\s*[)）])")
_NO_HEADING = re.compile(r"[(（、，,。；;%％年月日天家的和或至]|小时|分钟|个(?!人)")
_CITED = re.compile(r"[的、，,。；;和或至]")
_ENDS = "。；;：:！？!?”"


@dataclass(frozen=True, slots=True)
class Attached:
    """The official words by clause, and what does not fit the plan."""

    texts: dict[ClauseId, str]
    preamble: str
    clauses_without_text: tuple[ClauseId, ...]
    text_without_clause: tuple[ClauseId, ...]


def attach(plan: Plan, text: str) -> Attached:
    """Split `text` by the plan's clause ids. Raises BadInput when it is too long or has none of the plan's numbers."""
    known = with_ancestors([*plan.clauses, *plan.headings])
    preamble, texts = split(text, known)
    if not texts:
        raise BadInput("原文", "没有找到一个条号", f"应是“{plan.zh}”的纯文本，条号写作 1.4.2.2")
    return Attached(
        texts,
        preamble,
        tuple(clause for clause in plan.clauses if not texts.get(clause)),
        tuple(clause for clause in texts if clause not in known),
    )


def split(text: str, known: Iterable[ClauseId]) -> tuple[str, dict[ClauseId, str]]:
    """What stands before the first number, and the text of each clause in the order of the text."""
    expected = frozenset(known)
    lines = _lines(text)
    heads = _headings(lines, expected)
    gathering = _Gathering(expected)
    for at, line in enumerate(lines):
        gathering.line(line, heads.get(at))
    return gathering.preamble(), gathering.texts()


def _lines(text: str) -> list[str]:
    """Lines without marks of the word processor and of the page; items that share a line are parted."""
    if len(text) > TEXT_CHARACTERS_MAX:
        raise BadInput("原文", f"太长：至多{TEXT_CHARACTERS_MAX}个字")
    clean = [line.strip(" \t\u3000\ufeff") for line in _BOOKMARK.sub("", text).splitlines()]
    whole = _join_broken_numbers(line for line in clean if line and not _PAGE_MARK.fullmatch(line))
    parted = [part for line in whole for part in _ITEM_INSIDE.split(line) if part]
    if len(parted) > LINES_MAX:
        raise BadInput("原文", f"行太多：至多{LINES_MAX}行")
    return parted


def _join_broken_numbers(lines: Iterable[str]) -> list[str]:
    """`1.4.` alone on a line belongs to the next line's number."""
    joined: list[str] = []
    for line in lines:
        if joined and _BROKEN_NUMBER.fullmatch(joined[-1]):
            joined[-1] += line
        else:
            joined.append(line)
    return joined


def _headings(lines: list[str], known: frozenset[ClauseId]) -> dict[int, tuple[ClauseId, str]]:
    """The lines that open a numbered clause: line → (clause, the rest of the line).

    A wrapped line may begin with a number too (`48 hours`, a clause that is cited). The numbers of clauses rise through
    the text, so the heaviest rising chain of candidates is taken, known clauses weighing more than unknown ones."""
    candidates = [(at, *found) for at, line in enumerate(lines) if (found := _candidate(line, known))]
    if len(candidates) > HEADINGS_MAX:
        raise BadInput("原文", f"条号太多：至多{HEADINGS_MAX}个")
    keys = [key(clause) for _, clause, _ in candidates]
    best: list[int] = []
    before: list[int | None] = []
    for at, (_, clause, _) in enumerate(candidates):
        earlier = [each for each in range(at) if keys[each] < keys[at]]
        came_from = max(earlier, key=lambda each: (best[each], each), default=None)
        best.append((best[came_from] if came_from is not None else 0) + (4 if clause in known else 1))
        before.append(came_from)
    return {candidates[at][0]: candidates[at][1:] for at in _chain(best, before)}


def _chain(best: list[int], before: list[int | None]) -> list[int]:
    at: int | None = max(range(len(best)), key=lambda each: best[each], default=None)
    chain = []
    while at is not None:
        chain.append(at)
        at = before[at]
    return chain


def _candidate(line: str, known: frozenset[ClauseId]) -> tuple[ClauseId, str] | None:
    found = _NUMBER.match(line)
    if found is None or _NO_HEADING.match(line, found.end()):
        return None
    clause = ClauseId(re.sub(r"\s", "", found.group(1)).replace("．", "."))
    if clause in known or elder(clause) in known or parent(clause) in known:
        return clause, line[found.end() :]
    return None


class _Gathering:
    """Walks the lines and keeps what belongs to which clause."""

    def __init__(self, known: frozenset[ClauseId]) -> None:
        self.known = known
        self.before: list[str] = []
        self.parts: dict[ClauseId, list[str]] = {}
        self.clause: ClauseId | None = None  # the numbered clause we are in
        self.item = 0  # and its item, 0 before the first
        self.open: list[str] = self.before

    def line(self, line: str, heading: tuple[ClauseId, str] | None) -> None:
        if heading is not None:
            self.begin(*heading)
        elif (number := self._item(line)) is not None:
            self.item = number
            self.open = self.parts.setdefault(ClauseId(f"{self.clause}({number})"), [])
            self.add(_ITEM.sub("", line, count=1))
        else:
            self.go_on(line)

    def begin(self, clause: ClauseId, rest: str) -> None:
        self.clause, self.item = clause, 0
        self.open = self.parts.setdefault(clause, [])
        self.add(rest)
        if len(rest) <= TITLE_CHARACTERS_MAX and not re.search(r"[，。；：]", rest):
            self.open.append("")  # a title stands on a line of its own

    def go_on(self, line: str) -> None:
        """A new paragraph after an item speaks for the whole clause again."""
        if self.item and self.clause is not None and self.open and self.open[-1][-1:] in _ENDS:
            self.open = self.parts[self.clause]
            self.open.append(line)
        else:
            self.add(line)

    def add(self, line: str) -> None:
        """Go on with a line that was wrapped, or open a new one."""
        if self.open and self.open[-1] and self.open[-1][-1] not in _ENDS:
            self.open[-1] += _glue(self.open[-1], line) + line
        elif self.open and not self.open[-1]:
            self.open[-1] = line
        else:
            self.open.append(line)

    def _item(self, line: str) -> int | None:
        """The item's number when this line opens the next item of the clause; a cited one does not."""
        found = _ITEM.match(line)
        if found is None or self.clause is None or _CITED.match(line, found.end()):
            return None
        number = int(found.group(1))
        known = [each for each in (number, number - 1) if ClauseId(f"{self.clause}({each})") in self.known]
        beyond_a_gap = number > self.item and known == [number]
        return number if number == self.item + 1 or beyond_a_gap else None

    def preamble(self) -> str:
        return "\n".join(self.before)

    def texts(self) -> dict[ClauseId, str]:
        return {clause: "\n".join(lines).strip() for clause, lines in self.parts.items()}


def _glue(before: str, after: str) -> str:
    """Wrapped Latin words keep their space, Chinese has none."""
    latin = re.compile(r"[A-Za-z0-9]")
    return " " if latin.match(before[-1:]) and latin.match(after[:1]) else ""
