"""Minutes, the leader's brief and a handover as paper, in Chinese, to be printed and signed."""

import asyncio
import gettext
from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup
from starlette.responses import Response

from hecha.decision.handover import Handover
from hecha.edges.decision.desk import Briefed, Met
from hecha.edges.documents import pdf, word
from hecha.edges.web.dress import Dress
from hecha.edges.web.duty_pages import DUTIES
from hecha.edges.web.site import Site
from hecha.edges.web.vocabulary import INCIDENT_PHASES
from hecha.flow.documents.brief import brief_document
from hecha.flow.documents.brief_of import leader_brief
from hecha.flow.documents.frame import Frame, day_of
from hecha.flow.documents.handover import handover_document
from hecha.flow.documents.minutes import minutes_document
from hecha.flow.documents.minutes_of import handover_paper, minutes_paper
from hecha.flow.documents.model import Document
from hecha.incident.event import Incident
from hecha.kernel.ids import UnitId

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
GROUP, OFFICE = "应急处置领导小组", "应急处置领导小组办公室"
CONTACTS_MAX = 3


async def answer(made: Document, name: str, form: str) -> Response:
    """The document as a file: `docx`, else PDF."""
    if form == "docx":
        content, kind, end = await asyncio.to_thread(word.render, made), DOCX, "docx"
    else:
        content, kind, end = (await asyncio.to_thread(pdf.render, made)).pdf, "application/pdf", "pdf"
    safe = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._-") else "-" for sign in name)
    return Response(content, media_type=kind, headers={"content-disposition": f'attachment; filename="{safe}.{end}"'})


def minutes(site: Site, found: Met) -> Document:
    """Raises Refused for a meeting that was not held."""
    meeting, dress = found.meeting, _dress(site)
    frame = Frame(
        _zh(dress.unit(meeting.unit)) + GROUP, day_of(meeting.held or site.clock()), branch=True, trace=meeting.id
    )
    return minutes_document(minutes_paper(meeting, found.resolutions, found.incident, _recorder(site, found), frame))


def brief(site: Site, told: Briefed, worse: tuple[datetime, int] | None, cities: Sequence[str]) -> Document:
    """One page: what a leader must know and may decide now."""
    dress, at, decides = _dress(site), site.clock(), told.situation.decides
    frame = Frame(decides.zh + OFFICE, day_of(at), trace=told.incident.id)
    paper = leader_brief(
        told.incident,
        told.plan,
        told.situation,
        frame,
        at,
        cities=[_zh(dress.area(code)) for code in cities],
        awaited=told.awaited,
        taken=told.taken,
        handlings=told.handlings,
        worse=worse,
        contacts=_contacts(site, told.incident.unit, at),
    )
    return brief_document(paper)


def handover(site: Site, found: Handover) -> Document:
    """The sheet, with the events that were open by what was owed."""
    dress = _dress(site)
    names = dict.fromkeys(one.incident for one in found.open if one.incident)
    events = [one for name in names if isinstance(one := site.procedure.state("incident", name), Incident)]
    frame = Frame(_zh(dress.unit(found.unit)), day_of(found.at), trace=found.id)
    return handover_document(
        handover_paper(
            found,
            events,
            frame,
            lambda unit: _zh(dress.unit(unit)),
            lambda level: site.plan.level(level).zh if level is not None else "未定级",
            lambda phase: INCIDENT_PHASES.get(phase, phase),
            lambda what: DUTIES.get(what, what),
        )
    )


def _dress(site: Site) -> Dress:
    return Dress("zh", gettext.NullTranslations(), site.network)


def _zh(shown: Markup | str) -> str:
    """Words as plain text."""
    return shown.unescape() if isinstance(shown, Markup) else shown


def _recorder(site: Site, found: Met) -> str:
    """Who entered the last minutes, by name."""
    if not found.meeting.minutes:
        return "（未记录）"
    account = found.meeting.minutes[-1].by
    known = site.accounts.principal(account)
    return known.name if known is not None else account


def _contacts(site: Site, unit: str, at: datetime) -> tuple[tuple[str, str], ...]:
    """Whom to call in the office that leads the event."""
    held = site.organization.who_holds(UnitId(unit), "office", at)
    people = {one.person.name: one.person.telephones(at) for one in held}
    return tuple((name, numbers[0]) for name, numbers in list(people.items())[:CONTACTS_MAX] if numbers)
