"""The XML that interface banks send today (CFX), as pure translation: bytes to values and back; no HTTP here.

    <CFX><MSG><MsgNo>…</MsgNo><BusinessCode>01</BusinessCode><ID1>…</ID1><Name1>…</Name1><ID2>…</ID2>…</MSG></CFX>
    <CFX><MSG><ID1/><Name1/><CheckResult1/><IssueOffice1/><Photo1/>…</MSG></CFX>

Several people in one message are told apart by the suffix. GBK or UTF-8 as the declaration says; the answer comes in
the same. What could not be verified has no CheckResult but an ErrorMessage. Input is hostile until parsed: no
document type, no entities of one's own, limits on size, depth, elements and people. Errors never repeat content.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

from hecha.edges.hops.cfx_codes import CodeFamily
from hecha.kernel.errors import BadInput
from hecha.verification.outcome import Outcome

BODY_BYTES_MAX = 65_536
PEOPLE_MAX = 100
ELEMENTS_MAX = 1_000
DEPTH_MAX = 4
TEXT_MAX = 256
NO_ISSUER = "此项暂不返回核查结果"
NO_RESULT = "联网核查系统未能返回结果，请按应急处置办法办理"
_WORDS = {Outcome.CARD_LOST: "证件已挂失", Outcome.CARD_INVALID: "证件已失效", Outcome.INPUT_ERROR: "输入参数错误"}
_CODECS = {"utf-8": "utf-8", "utf8": "utf-8", "gbk": "gb18030", "gb2312": "gb18030", "gb18030": "gb18030"}
_DECLARATION = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9_-]{1,20})["'][^>]{0,40}\?>""")
_PERSON = re.compile(r"(ID|Name)([1-9][0-9]{0,2})\Z")
_XML_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Person:
    """One of the people of a message; its repr shows nothing."""

    suffix: int
    number: str = field(repr=False)
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CfxRequest:
    """`encoding` is what the declaration names; `outlet` is SRC where a bank sends it, else ""."""

    msg_no: str
    business: str
    people: tuple[Person, ...]
    encoding: str
    outlet: str = ""


@dataclass(frozen=True, slots=True)
class CfxResult:
    """What came out for one person."""

    outcome: Outcome
    issuing_authority: str = ""
    photo: str = field(default="", repr=False)


def read(body: bytes) -> CfxRequest:
    """Parse a request. Raises BadInput that names the element, never its content."""
    encoding, elements = _parse(body)
    numbers, names = _by_suffix(elements)
    suffixes = sorted(numbers.keys() | names.keys())
    if not suffixes:
        raise BadInput("ID1", "没有要核查的人 nobody to verify", "<ID1>…</ID1><Name1>…</Name1>")
    if len(suffixes) > PEOPLE_MAX:
        raise BadInput("ID", f"一次最多 {PEOPLE_MAX} 人 at most {PEOPLE_MAX} people", "分成几次 split the message")
    people = tuple(Person(one, numbers.get(one, ""), names.get(one, "")) for one in suffixes)
    msg_no = elements.get("MsgNo", "")
    if not re.fullmatch(r"[\x21-\x7e]{1,64}", msg_no):
        raise BadInput(
            "MsgNo", "每个报文要有报文号 every message needs its number", "重发时用同一个 the same when resent"
        )
    return CfxRequest(msg_no, elements.get("BusinessCode", ""), people, encoding, elements.get("SRC", ""))


def write(request: CfxRequest, results: Sequence[CfxResult], family: CodeFamily) -> bytes:
    """The answer to a request, one result a person, in the request's encoding."""
    parts: list[str] = []
    for person, result in zip(request.people, results, strict=True):
        parts += _answer(person, result, family)
    if all(result.outcome is Outcome.UNAVAILABLE for result in results):
        parts.append(_element("ErrorMessage", NO_RESULT))
    return _document("".join(parts), request.encoding)


def write_error(message: str, encoding: str = "UTF-8") -> bytes:
    """An answer that is only an ErrorMessage."""
    return _document(_element("ErrorMessage", message), encoding)


def read_answer(body: bytes, family: CodeFamily) -> dict[int, CfxResult]:
    """What an answer says, by suffix (a bank's side, and an upstream that speaks CFX). Raises BadInput.

    A person without a known CheckResult, or with an ErrorMessage, is `unavailable`: never a match.
    """
    _, elements = _parse(body, body_max=8 << 20, text_max=1 << 20)
    results: dict[int, CfxResult] = {}
    for suffix in _by_suffix(elements)[0]:
        broken = "ErrorMessage" in elements or f"ErrorMessage{suffix}" in elements
        outcome = Outcome.UNAVAILABLE if broken else family.outcome(elements.get(f"CheckResult{suffix}", ""))
        photo = elements.get(f"Photo{suffix}", "") if outcome is Outcome.MATCH_PHOTO else ""
        issuer = elements.get(f"IssueOffice{suffix}", "")
        results[suffix] = CfxResult(outcome, "" if issuer == NO_ISSUER else issuer, photo)
    return results


def _answer(person: Person, result: CfxResult, family: CodeFamily) -> list[str]:
    n = person.suffix
    echo = [_element(f"ID{n}", person.number), _element(f"Name{n}", person.name)]
    if result.outcome is Outcome.UNAVAILABLE:
        return [*echo, _element(f"ErrorMessage{n}", NO_RESULT)]
    parts = [
        *echo,
        _element(f"CheckResult{n}", family.code(result.outcome)),
        _element(f"IssueOffice{n}", result.issuing_authority or NO_ISSUER),
        _element(f"Photo{n}", result.photo),
    ]
    if result.outcome in _WORDS and family.code(result.outcome) == family.other:
        parts.append(_element(f"ErrorMessage{n}", _WORDS[result.outcome]))
    return parts


def _element(tag: str, text: str) -> str:
    return f"<{tag}>{escape(_XML_FORBIDDEN.sub('', text))}</{tag}>"


def _document(inner: str, encoding: str) -> bytes:
    text = f'<?xml version="1.0" encoding="{encoding}"?><CFX><MSG>{inner}</MSG></CFX>'
    codec = "utf-8" if _CODECS[encoding.lower()] == "utf-8" else encoding.lower()
    return text.encode(codec, "xmlcharrefreplace")  # a rare character that GBK lacks goes as a reference


def _by_suffix(elements: Mapping[str, str]) -> tuple[dict[int, str], dict[int, str]]:
    found: dict[str, dict[int, str]] = {"ID": {}, "Name": {}}
    for tag, text in elements.items():
        if person := _PERSON.match(tag):
            found[person[1]][int(person[2])] = text
    return found["ID"], found["Name"]


def _parse(body: bytes, body_max: int = BODY_BYTES_MAX, text_max: int = TEXT_MAX) -> tuple[str, dict[str, str]]:
    """(declared encoding, text by tag of the leaves). Raises BadInput."""
    if len(body) > body_max:
        raise BadInput("CFX", f"不能超过 {body_max} 字节 larger than {body_max} bytes")
    encoding, text = _decoded(body)
    leaves = _Leaves(text_max)
    try:
        leaves.feed(text)
    except expat.ExpatError as error:
        raise BadInput(f"CFX:{error.lineno}", "不是完整的 XML not well-formed") from None
    if leaves.root != "CFX":
        raise BadInput("CFX", "最外层应为 CFX the outermost element must be CFX")
    return encoding, leaves.texts


def _decoded(body: bytes) -> tuple[str, str]:
    declared = _DECLARATION.match(body)
    encoding = declared[1].decode() if declared else "UTF-8"
    codec = _CODECS.get(encoding.lower())
    if codec is None:
        raise BadInput("encoding", "只收 GBK 和 UTF-8 only GBK and UTF-8", 'encoding="GBK"')
    try:
        return encoding, body[declared.end() if declared else 0 :].decode(codec).lstrip("\ufeff")
    except UnicodeDecodeError:
        raise BadInput("encoding", "内容与所声明的编码不符 the content is not in the declared encoding") from None


class _Leaves:
    """Collects the text of leaf elements within limits; refuses document types and with them all own entities."""

    def __init__(self, text_max: int) -> None:
        self.root = ""
        self.texts: dict[str, str] = {}
        self._text_max = text_max
        self._open: list[str] = []
        self._text: list[str] = []
        self._count = 0
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text.append
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse

    def feed(self, text: str) -> None:
        self._parser.Parse(text.encode("utf-8", "surrogatepass"), True)

    def _refuse(self, *_: object) -> None:
        raise BadInput("DOCTYPE", "不收文档类型和实体 document types and entities are refused", "去掉 leave them out")

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._count += 1
        if self._count > ELEMENTS_MAX or len(self._open) >= DEPTH_MAX:
            raise BadInput("CFX", "元素过多或嵌套过深 too many or too deeply nested elements")
        self.root = self.root or tag
        self._open.append(tag)
        self._text.clear()

    def _end(self, tag: str) -> None:
        self._open.pop()
        text = "".join(self._text).strip()
        self._text.clear()
        if len(text) > self._text_max:
            raise BadInput(
                "CFX", f"一项不能超过 {self._text_max} 字 an element longer than {self._text_max} characters"
            )
        if text or tag not in ("CFX", "MSG", "HEAD"):
            if tag in self.texts:
                raise BadInput("CFX", "同一项出现两次 an element stands twice", "每人用自己的序号 one suffix a person")
            self.texts[tag] = text
