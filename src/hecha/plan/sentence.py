"""The sentence language (条件句): fixed slots, a space between words.

    范围 数量 网点 方式 能否 时限     全省 所有 网点 非接口 不能 超过8小时
    范围 数据 误差 时限               至少10个地市 数据 严重误差 超过48小时

`parse_sentence` and `show` are inverse to each other; `且` joins sentences that must all hold.
"""

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from hecha.kernel.errors import BadInput
from hecha.plan.closeness import suggest
from hecha.plan.duration import parse_span, show_span
from hecha.plan.model import Alternative, Matter, Quantifier, Scope, Sentence, Span

T = TypeVar("T")

LENGTH_MAX = 400  # characters of one line of sentences
GROUPS_MAX = 100_000

WHOLE_WORDS = ("全省", "全国", "全市", "全县", "全网")
GROUP_WORDS: Mapping[str, Scope] = {
    "省": Scope.PROVINCE,
    "地市": Scope.CITY,
    "县市": Scope.COUNTY,
    "银行": Scope.BANK,
    "接口行": Scope.INTERFACE_BANK,
}
QUANTIFIERS = {"所有": Quantifier.ALL, "部分": Quantifier.SOME}
OBJECTS = {"网点": "网点", "接口行网点": "接口行网点"}
ABILITIES = {"不能": False, "能": True}
CANNOT = {
    "接口": Matter.CANNOT_INTERFACE,
    "非接口": Matter.CANNOT_NON_INTERFACE,
    "两种方式": Matter.CANNOT_BOTH,
    "任一方式": Matter.CANNOT_ANY,
}
CAN = {"接口": Matter.CAN_INTERFACE, "非接口": Matter.CAN_NON_INTERFACE}
DATA_ERRORS = {"严重误差": Matter.SEVERE_DATA_ERROR, "影响业务的误差": Matter.DISTURBING_DATA_ERROR}
DATA_WORD = "数据"
AND_WORD = "且"

_SOME_GROUPS = re.compile(r"某(.+)|至少([0-9]{1,6})个(.+)|([0-9]{1,6})至([0-9]{1,6})个(.+)")
Groups = tuple[Scope, int, int | None]


def parse_alternative(text: str, where: str = "句子", line: int = 0) -> Alternative:
    """One line of sentences joined by 且. Raises BadInput naming `where`, the word and a suggestion."""
    if len(text) > LENGTH_MAX:
        raise BadInput(where, f"句子太长：至多{LENGTH_MAX}个字")
    parts: list[list[str]] = [[]]
    for word in text.split():
        if word == AND_WORD:
            parts.append([])
        else:
            parts[-1].append(word)
    return tuple(_Slots(words, where).sentence(line) for words in parts)


def parse_sentence(text: str, where: str = "句子", line: int = 0) -> Sentence:
    """Exactly one sentence; see `parse_alternative`."""
    sentences = parse_alternative(text, where, line)
    if len(sentences) != 1:
        raise BadInput(where, f"这里只能有一句话，不能用“{AND_WORD}”")
    return sentences[0]


def show(sentence: Sentence) -> str:
    """The sentence in its fixed slots, canonical: `parse_sentence(show(s))` means the same as `s`."""
    matter = sentence.matter
    words = [_show_groups(sentence)]
    if matter in DATA_ERRORS.values():
        words += [DATA_WORD, _key(DATA_ERRORS, matter)]
    else:
        words += [_key(QUANTIFIERS, sentence.quantifier), _show_object(sentence), *_show_ability(matter)]
    return " ".join(filter(None, [*words, show_span(sentence.span)]))


def whole_word(sentence: Sentence) -> str:
    """The word its author used for the whole network: 全省, 全国, …"""
    first = sentence.text.split(" ", 1)[0]
    return first if first in WHOLE_WORDS else WHOLE_WORDS[0]


def _show_groups(sentence: Sentence) -> str:
    if sentence.scope is Scope.WHOLE:
        return whole_word(sentence)
    word = _key(GROUP_WORDS, sentence.scope)
    if sentence.groups_high is not None:
        return f"{sentence.groups_low}至{sentence.groups_high}个{word}"
    return f"某{word}" if sentence.groups_low == 1 else f"至少{sentence.groups_low}个{word}"


def _show_object(sentence: Sentence) -> str:
    by_interface = sentence.matter in (Matter.CANNOT_INTERFACE, Matter.CAN_INTERFACE)
    return "接口行网点" if by_interface and sentence.scope is not Scope.INTERFACE_BANK else "网点"


def _show_ability(matter: Matter) -> tuple[str, str]:
    if matter in CAN.values():
        return _key(CAN, matter), "能"
    return _key(CANNOT, matter), "不能"


def _key(table: Mapping[str, T], value: T) -> str:
    return next(word for word, meaning in table.items() if meaning is value)


class _Slots:
    """The words of one sentence, taken slot by slot."""

    def __init__(self, words: list[str], where: str) -> None:
        self.words = words
        self.where = where
        self.at = 0

    def sentence(self, line: int) -> Sentence:
        scope, low, high = self.groups()
        if self.words[1:2] == [DATA_WORD]:
            matter, quantifier, span = self.data(scope)
        else:
            matter, quantifier, span = self.outlets(scope)
        if self.at < len(self.words):
            raise BadInput(self.where, f"“{self.words[self.at]}”是多出来的词", "删去，或在前面加“且”另起一句")
        return Sentence(scope, matter, quantifier, span, low, high, " ".join(self.words), line)

    def groups(self) -> Groups:
        examples = (*WHOLE_WORDS, *(f"某{group}" for group in GROUP_WORDS))
        word = self.take("范围", examples)
        if word in WHOLE_WORDS:
            return Scope.WHOLE, 1, None
        found = _SOME_GROUPS.fullmatch(word)
        if found is None:
            raise self.unknown(word, "范围", examples)
        some, at_least, several, low, high, between = found.groups()
        group = some or several or between
        if group not in GROUP_WORDS:
            raise self.unknown(word, "范围", [word.replace(group, each) for each in GROUP_WORDS])
        return self.counted(GROUP_WORDS[group], int(low or at_least or 1), int(high) if high else None)

    def counted(self, scope: Scope, low: int, high: int | None) -> Groups:
        if not 1 <= low <= GROUPS_MAX:
            raise BadInput(self.where, f"“{self.words[0]}”的个数不对", f"个数从1到{GROUPS_MAX}")
        if high is not None and high < low:
            raise BadInput(self.where, f"“{self.words[0]}”前大后小，永远不会成立", f"{high}至{low}个")
        return scope, low, high

    def data(self, scope: Scope) -> tuple[Matter, Quantifier, Span]:
        if scope is not Scope.CITY:
            raise BadInput(self.where, f"“{self.words[0]}”：数据误差按地市说", "某地市 数据 …")
        self.at += 1
        return self.one_of(DATA_ERRORS, "误差"), Quantifier.ALL, self.span()

    def outlets(self, scope: Scope) -> tuple[Matter, Quantifier, Span]:
        quantifier = self.one_of(QUANTIFIERS, "数量")
        thing = self.one_of(OBJECTS, "对象")
        mode = self.words[self.at] if self.at < len(self.words) else ""
        cannot = self.one_of(CANNOT, "方式")
        if self.one_of(ABILITIES, "能否"):
            return self.can(mode, thing, scope), quantifier, Span()
        self.check_object(mode, thing, scope)
        return cannot, quantifier, self.span()

    def can(self, mode: str, thing: str, scope: Scope) -> Matter:
        if mode not in CAN:
            raise BadInput(self.where, f"“{mode} 能”没有意思", "写“接口 能”或“非接口 能”")
        self.check_object(mode, thing, scope)
        return CAN[mode]

    def check_object(self, mode: str, thing: str, scope: Scope) -> None:
        """Only outlets of interface banks have an interface mode, and the sentence says so."""
        if mode != "接口" and thing == "接口行网点":
            raise BadInput(self.where, f"“接口行网点”只和“接口”连用，这里是“{mode}”", "改成“网点”")
        if mode == "接口" and thing == "网点" and scope is not Scope.INTERFACE_BANK:
            raise BadInput(self.where, "“网点”不都有接口方式", "改成“接口行网点”")

    def span(self) -> Span:
        """The optional last slot."""
        if self.at >= len(self.words):
            return Span()
        self.at += 1
        return parse_span(self.words[self.at - 1], self.where)

    def one_of(self, table: Mapping[str, T], slot: str) -> T:
        word = self.take(slot, table)
        if word not in table:
            raise self.unknown(word, slot, table)
        return table[word]

    def take(self, slot: str, allowed: Iterable[str]) -> str:
        if self.at >= len(self.words):
            after = f"“{self.words[-1]}”之后" if self.words else "这里"
            raise BadInput(self.where, f"{after}缺“{slot}”", "可用：" + "、".join(allowed))
        self.at += 1
        return self.words[self.at - 1]

    def unknown(self, word: str, slot: str, allowed: Iterable[str]) -> BadInput:
        return BadInput(self.where, f"“{word[:40]}”不认得，此处应是{slot}", suggest(word, allowed))
