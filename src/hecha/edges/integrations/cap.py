"""CAP 1.2 (公共预警协议): one message a delivery, as XML. Updates and cancellations find what they refer to.

Input is hostile until parsed: no document type, no entities, limits on size and on what it may contain. UTF-8 or GBK.
Polygons and circles are left aside; geocodes of GB/T 2260 become areas of the network.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from hecha.edges.integrations.reading import moment_of
from hecha.kernel.errors import BadInput
from hecha.kernel.ids import AreaCode
from hecha.warning.alert import Kind
from hecha.warning.signal import Signal, body, severity_of, title, word

NAMESPACE = "{urn:oasis:names:tc:emergency:cap:1.2}"
ELEMENTS_MAX, INFOS_MAX, AREAS_MAX, REFERENCES_MAX = 20_000, 50, 1000, 200
ACTUAL = "Actual"
_CODECS = {"": "utf-8", "utf-8": "utf-8", "utf8": "utf-8", "gbk": "gb18030", "gb2312": "gb18030", "gb18030": "gb18030"}
_DECLARATION = re.compile(rb"""^\s*<\?xml[^>]{0,100}?\?>""")
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([A-Za-z0-9_-]{1,20})["']""")
_DIGITS = re.compile(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}")
_NATURES = {
    "Geo": "disaster", "Met": "disaster", "Fire": "accident", "Safety": "accident", "Transport": "accident",
    "Infra": "accident", "Env": "accident", "CBRNE": "accident", "Health": "public_health",
    "Security": "social_security",
}  # fmt: skip
_LIKELY = {"observed": 5, "likely": 4, "possible": 3, "unlikely": 2}


def read(content: bytes, source: str, has_area: Callable[[str], bool]) -> tuple[list[Signal], str]:
    """The signal of a message; none, and why, for an exercise, a test or a draft. Raises BadInput."""
    root = _parsed(content)
    if root.tag != f"{NAMESPACE}alert":
        raise BadInput("alert", "不是 CAP 1.2 not CAP 1.2", 'xmlns="urn:oasis:names:tc:emergency:cap:1.2"')
    identifier, sender, sent = (_needed(root, name) for name in ("identifier", "sender", "sent"))
    status, message = _needed(root, "status"), _needed(root, "msgType")
    moment_of(sent, "sent")
    if status != ACTUAL:
        return [], f"status={word(status)}：演练、测试或草稿，不登记 not an actual warning"
    if message not in ("Alert", "Update", "Cancel"):
        return [], f"msgType={word(message)}：不是预警 not a warning"
    instance = f"{sender},{identifier}"
    refers = _references(root)
    if message != "Alert" and not refers:
        raise BadInput("references", "更新和解除须写明所指的预警 what does it refer to?", "sender,identifier,sent")
    return [_signal(root, source, instance, refers, message == "Cancel", has_area)], ""


def _signal(
    root: Element, source: str, instance: str, refers: tuple[str, ...], over: bool, has_area: Callable[[str], bool]
) -> Signal:
    infos = _all(root, "info", INFOS_MAX)
    if not infos and not over:
        raise BadInput("info", "没有内容 no info", "<info>…</info>")
    info = next((one for one in infos if _text(one, "language").lower().startswith("zh")), infos[0] if infos else root)
    areas = [area for one in infos for area in _all(one, "area", AREAS_MAX)]
    where = "、".join(dict.fromkeys(word(_text(area, "areaDesc")) for area in areas))
    headline = title(_text(info, "headline")) or title(f"{where} {_text(info, 'event')}")
    return Signal(
        source=source,
        key=instance,
        instance=instance,
        name=word(_text(info, "event")) or "CAP",
        severity=severity_of(_text(info, "severity")),
        likely=_LIKELY.get(_text(info, "certainty").lower(), 0),
        resolved=over,
        begins=moment_of(_text(info, "onset") or _text(info, "effective"), "onset")
        or moment_of(_text(root, "sent"), "sent"),
        ends=moment_of(_text(info, "expires"), "expires"),
        title=headline,
        text=body(" ".join(filter(None, (where, _text(info, "description"), _text(info, "instruction"))))),
        kind=Kind.EVENT,
        nature=_NATURES.get(_text(info, "category"), "other"),
        areas=tuple(dict.fromkeys(_codes(areas, has_area))),
        refers=refers,
        cause=f"cap/{instance}",
    )


def _codes(areas: Iterable[Element], has_area: Callable[[str], bool]) -> Iterator[AreaCode]:
    """Codes of GB/T 2260, whatever the feed calls them and however long it writes them."""
    for area in areas:
        for geocode in area.iterfind(f"{NAMESPACE}geocode"):
            code = _area(_text(geocode, "value"), has_area)
            if code:
                yield AreaCode(code)


def _area(text: str, has_area: Callable[[str], bool]) -> str:
    """The lowest area of the network that a code lies in: 330302001000 is 330302; "" for one that is elsewhere."""
    if not _DIGITS.fullmatch(text):
        return ""
    county = text[:6]
    wanted = county[:2] if county.endswith("0000") else county[:4] if county.endswith("00") else county
    return (
        next((code for code in (wanted, wanted[:4], wanted[:2]) if has_area(code)), "") if _in(wanted, has_area) else ""
    )


def _in(code: str, has_area: Callable[[str], bool]) -> bool:
    """Only what lies in a province of the network."""
    return has_area(code[:2]) or has_area(code)


def _references(root: Element) -> tuple[str, ...]:
    """`sender,identifier,sent` each; the moment is not needed to find it."""
    found = [one.split(",") for one in _text(root, "references").split()]
    if len(found) > REFERENCES_MAX or any(len(one) < 2 for one in found):
        raise BadInput("references", "写法不对 wrong form", "sender,identifier,sent")
    return tuple(f"{one[0]},{one[1]}" for one in found)


def _parsed(content: bytes) -> Element:
    declared = _DECLARATION.match(content)
    named = _ENCODING.search(declared.group(0)) if declared else None
    codec = _CODECS.get(named.group(1).decode().lower() if named else "")
    if codec is None:
        raise BadInput("encoding", "只接收 UTF-8 和 GBK only UTF-8 and GBK", 'encoding="UTF-8"')
    try:
        text = content[declared.end() if declared else 0 :].decode(codec).lstrip("\ufeff")
        root = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, UnicodeDecodeError, ValueError):
        raise BadInput(
            "body", "不是合格的 XML，或带有文档类型 not valid XML, or with a document type", "CAP 1.2"
        ) from None
    if sum(1 for _ in root.iter()) > ELEMENTS_MAX:
        raise BadInput("body", f"元素超过 {ELEMENTS_MAX} 个 too many elements", "只发一条预警 one warning a message")
    found: Element = root
    return found


def _all(parent: Element, name: str, limit: int) -> list[Element]:
    found = parent.findall(f"{NAMESPACE}{name}")
    if len(found) > limit:
        raise BadInput(name, f"超过 {limit} 个 too many", f"至多 {limit} at most")
    return found


def _text(parent: Element, name: str) -> str:
    return (parent.findtext(f"{NAMESPACE}{name}") or "").strip()


def _needed(root: Element, name: str) -> str:
    text = _text(root, name)
    if not 0 < len(text) <= 256 or (("," in text or " " in text) and name in ("identifier", "sender")):
        raise BadInput(name, "CAP 必有的项缺失或写法不对 missing or in the wrong form", f"<{name}>…</{name}>")
    return text
