"""Documents for tests, and a look into what was printed."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

from pypdf import PageObject, PdfReader

from hecha.flow.documents.model import (
    Checks,
    Document,
    Form,
    Heading,
    Items,
    Kind,
    Note,
    Pairs,
    Paragraph,
    Signatures,
    Table,
)

MM = 72 / 25.4


def report(**more: Any) -> Document:
    """A report upward with everything that GB/T 9704 gives a place to."""
    whole = Document(
        kind=Kind.REPORT,
        title="关于网间互联综合前置故障的报告",
        blocks=(Heading("基本情况"), Paragraph("两台前置均已停止应答。"), Heading("影响", 2), Heading("网点", 3)),
        head="人民银行甲省分行文件",
        number="甲银发〔2026〕3号",
        signer="某甲",
        addressees=("人民银行总行",),
        attachments=("网点清单", "时间线"),
        issuer="人民银行甲省分行",
        dated=date(2026, 3, 12),
        seal=True,
        remark="联系人：值班室",
        cc=("各市中心支行", "各银行机构"),
        printed_by="人民银行甲省分行办公室",
        printed_on=date(2026, 3, 13),
    )
    return replace(whole, **more)


def of_all_blocks(text: str) -> Document:
    """The same words in every place that a document has."""
    blocks = (
        Heading(text),
        Paragraph(text, lead=text),
        Items((text, text)),
        Pairs(((text, text),)),
        Table((text, text), ((text, text),), caption=text),
        Form((((text, text), (text, "")),), title=text, number=text, foot=text),
        Checks(((text, True), (text, False))),
        Signatures((text,)),
        Note(text),
    )
    places = dict.fromkeys(("title", "head", "number", "signer", "urgency", "issuer", "remark", "printed_by"), text)
    lists = dict.fromkeys(("addressees", "attachments", "cc"), (text,))
    return report(blocks=blocks, **places, **lists, trace=text)


def pages_of(pdf: bytes) -> list[PageObject]:
    return list(PdfReader(BytesIO(pdf)).pages)


def text_of(pdf: bytes) -> str:
    """All that is printed, without line ends and spaces."""
    return "".join("".join((page.extract_text() or "").split()) for page in pages_of(pdf))


def lines_of(page: PageObject) -> list[tuple[float, float, str]]:
    """(millimetres below the top edge, right of the left edge, words) of each line of a page, top first."""
    found: dict[float, list[tuple[float, str]]] = defaultdict(list)

    def visit(text: str, cm: Any, tm: Any, _: Any, __: Any) -> None:
        if text.strip():
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            found[round((float(page.mediabox.top) - y) / MM, 1)].append((x / MM, text))

    page.extract_text(visitor_text=visit)
    return [(y, min(x for x, _ in parts), "".join(one for _, one in parts)) for y, parts in sorted(found.items())]
