"""A report as paper: the five contents in Chinese, as they were sent (or would be sent now), to be printed."""

import gettext
from datetime import datetime

from markupsafe import Markup

from hecha.edges.procedure.report_desk import Look
from hecha.edges.web.dress import Dress
from hecha.edges.web.pages.incidents import fact_words
from hecha.edges.web.report_words import COUNT_WORDS, MOMENTS, judged_words, measured_words
from hecha.flow.documents import report as paper
from hecha.flow.documents.frame import Frame, day_of, full_moment_zh, ground_of
from hecha.flow.documents.model import Document
from hecha.network.model import Network
from hecha.report.content import ITEMS, Content, Lower, Measured, Source
from hecha.report.model import Call, Report

NUMBER = "应急报"
GROUP = "应急处置领导小组"


def document(look: Look, network: Network, now: datetime, drill: bool = False) -> Document:
    """The document of one report; before it is sent, the record of its telephone report."""
    dress = Dress("zh", gettext.NullTranslations(), network)
    report, content = look.report, look.content
    kind = paper.ReportKind(report.kind.value) if report.sent is not None else paper.ReportKind.PHONE
    return paper.report_document(
        paper.ReportPaper(
            frame=_frame(report, dress, now, drill),
            ground=ground_of(look.plan),
            kind=kind,
            event=look.incident.title,
            event_number=look.incident.id,
            contents=_contents(content, look, dress) if content else {},
            serial=report.serial,
            missing=tuple(item.zh for item in ITEMS if not item.needed and _is_unknown(item.id, content)),
            since_last=_since(content) if content else (),
            below=tuple(_below(one, dress) for one in content.lower) if content else (),
            calls=tuple(_call(one, dress) for one in report.calls),
            skipped=_skipped(report, dress),
        )
    )


def _zh(shown: Markup | str) -> str:
    """Words as plain text."""
    return shown.unescape() if isinstance(shown, Markup) else shown


def _call(one: Call, dress: Dress) -> paper.Call:
    return paper.Call(_zh(dress.unit(one.to)), one.caller, one.callee, one.at, one.said)


def _frame(report: Report, dress: Dress, now: datetime, drill: bool) -> Frame:
    return Frame(
        issuer=_zh(dress.unit(report.unit)),
        dated=day_of(report.sent or now),
        branch=report.unit.startswith("pbc/"),
        number=f"{NUMBER}{report.number}" if report.number else "",
        signer=report.sent_name,
        addressees=tuple(_zh(dress.unit(unit)) + GROUP for unit in report.receivers),
        cc=(_zh(dress.unit(report.skip.over)),) if report.skip else (),
        drill=drill,
        trace=report.id,
    )


def _contents(content: Content, look: Look, dress: Dress) -> dict[str, tuple[paper.Statement, ...]]:
    found: dict[str, tuple[paper.Statement, ...]] = {}
    for item in ITEMS:
        statement = _statement(item.id, item.zh, item.source, content, look, dress)
        if statement is not None:
            found[item.clause] = (*found.get(item.clause, ()), statement)
    return found


def _statement(id: str, zh: str, source: Source, content: Content, look: Look, dress: Dress) -> paper.Statement | None:
    if source is Source.MEASURED:
        one = content.measured.get(id)
        return paper.Statement(zh, _measured(id, one, look, dress), True, one.at) if one else None
    said = content.judged.get(id)
    if said is None:
        return None
    return paper.Statement(zh, _zh(judged_words(dress, look.plan, id, said.value)), False, said.at, said.by)


def _measured(id: str, one: Measured, look: Look, dress: Dress) -> str:
    if id in MOMENTS:
        return full_moment_zh(datetime.fromisoformat(one.value))
    return _zh(measured_words(dress, look.plan, id, one)).replace(" 个", "个")


def _is_unknown(id: str, content: Content | None) -> bool:
    """What could be known of a running event and is not: its cause, and when it will be over."""
    if content is None or id not in ("cause", "estimate"):
        return False
    return id not in content.judged and id not in content.measured and "recovered" not in content.measured


def _since(content: Content) -> tuple[paper.Happening, ...]:
    words = fact_words()
    return tuple(paper.Happening(one.at, words.get(one.kind, one.kind)) for one in content.since_last)


def _below(one: Lower, dress: Dress) -> paper.Below:
    figures = [f"{COUNT_WORDS[name]}{count}个" for name, count in one.figures.items() if count != "0"]
    said = [one.said[name] for name in ("cause", "handling", "repair", "help_text", "apply_text") if name in one.said]
    kinds = paper.KINDS[paper.ReportKind(one.kind.value)]
    return paper.Below(_zh(dress.unit(one.unit)), kinds, one.sent, "；".join([*figures, *said]))


def _skipped(report: Report, dress: Dress) -> str:
    if report.skip is None:
        return ""
    return f"越过{_zh(dress.unit(report.skip.over))}上报，理由：{report.skip.reason}"
