"""The papers of an event's whole file (卷宗): each is named now and made when its turn comes."""

import gettext
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from hecha.command.order import Order
from hecha.command.order import Phase as OrderPhase
from hecha.command.release import Release
from hecha.decision.meeting import Meeting
from hecha.decision.resolution import Resolution
from hecha.edges.documents import pdf, word
from hecha.edges.documents.archive import Folder, Piece
from hecha.edges.evaluation.desk import Look as Evaluated
from hecha.edges.procedure.report_desk import Look as Reported
from hecha.edges.web import evaluation_paper, report_paper
from hecha.edges.web.dress import Dress
from hecha.edges.web.report_words import KINDS
from hecha.evaluation.review import Review
from hecha.flow.documents.frame import Frame, day_of
from hecha.flow.documents.minutes import minutes_document
from hecha.flow.documents.minutes_of import minutes_paper
from hecha.flow.documents.model import Document
from hecha.flow.documents.order import order_document
from hecha.flow.documents.order_of import addressees_of, order_paper, release_paper
from hecha.flow.documents.release import release_document
from hecha.incident.event import Incident
from hecha.network.model import Network
from hecha.plan.model import Plan
from hecha.report.model import Report

PUBLISHER = "支付结算部门"


@dataclass(frozen=True, slots=True)
class Papers:
    """Makes the pieces of one event's file. `reported`, `evaluated` look at one, as the person who asks."""

    network: Network
    incident: Incident
    plan: Plan
    now: datetime
    reported: Callable[[str], Reported]
    evaluated: Callable[[str], Evaluated]

    def reports(self, found: Iterable[Report]) -> Iterator[Piece]:
        for one in found:
            if one.sent is not None or one.calls:
                title = f"{self.name(one.unit)}{KINDS[one.kind.value]}{one.serial}{'' if one.sent else '（电话）'}"
                at = one.sent or one.calls[0].at
                yield _pdf(Folder.REPORTS, title, self._report(one.id), at)

    def meetings(self, found: Iterable[Meeting], resolutions: Sequence[Resolution]) -> Iterator[Piece]:
        for one in found:
            if one.held is not None:
                title = f"{self.name(one.unit)}领导小组会议纪要"
                yield from _both(Folder.DECISIONS, title, self._minutes(one, resolutions), one.held)

    def orders(self, found: Iterable[Order], resolutions: Mapping[str, Resolution]) -> Iterator[Piece]:
        for one in found:
            if one.phase is not OrderPhase.DRAFTED and one.published and one.resolution in resolutions:
                title = f"{self.name(one.unit)}命令{one.number}"
                yield from _both(Folder.ORDERS, title, self._order(one, resolutions[one.resolution]), one.published)

    def releases(self, found: Iterable[Release]) -> Iterator[Piece]:
        for one in found:
            if one.published is not None:
                yield from _both(Folder.RELEASES, one.title, self._release(one), one.published)

    def reviews(self, found: Iterable[Review]) -> Iterator[Piece]:
        """What is signed: a draft is no part of the file."""
        for one in found:
            if one.signed is not None:
                title = f"{self.name(one.unit)}评估报告"
                yield from _both(Folder.EVALUATION, title, self._review(one.id), one.signed)

    def name(self, unit: str) -> str:
        shown = Dress("zh", gettext.NullTranslations(), self.network).unit(unit)
        return shown.unescape() if isinstance(shown, Markup) else str(shown)

    def _frame(self, unit: str, at: datetime, number: str = "", **more: Any) -> Frame:
        return Frame(self.name(unit), day_of(at), branch=unit.startswith("pbc/"), number=number, **more)

    def _report(self, id: str) -> Callable[[], Document]:
        return lambda: report_paper.document(self.reported(id), self.network, self.now)

    def _review(self, id: str) -> Callable[[], Document]:
        return lambda: evaluation_paper.document(self.evaluated(id), self.network, self.now)

    def _minutes(self, one: Meeting, resolutions: Sequence[Resolution]) -> Callable[[], Document]:
        recorder = one.minutes[-1].by if one.minutes else ""
        frame = self._frame(one.unit, one.held or one.convened)
        return lambda: minutes_document(minutes_paper(one, resolutions, self.incident, recorder, frame))

    def _order(self, one: Order, resolution: Resolution) -> Callable[[], Document]:
        to = addressees_of(one, self.name)
        frame = self._frame(one.unit, one.published or one.drafted, one.number, addressees=to)
        said = (one, resolution, self.incident, self.plan, self.name, PUBLISHER, frame)
        return lambda: order_document(order_paper(*said))

    def _release(self, one: Release) -> Callable[[], Document]:
        frame = self._frame(one.unit, one.published or one.at)
        return lambda: release_document(release_paper(one, self.name, PUBLISHER, frame))


def _pdf(folder: Folder, title: str, make: Callable[[], Document], made: datetime) -> Piece:
    """As it was sent. The 275 reports of a province are not kept as editable files too."""
    return Piece(folder, title, ".pdf", lambda: [pdf.render(make()).pdf], made)


def _both(folder: Folder, title: str, make: Callable[[], Document], made: datetime) -> tuple[Piece, Piece]:
    editable = Piece(folder, title, ".docx", lambda: [word.render(make())], made)
    return _pdf(folder, title, make, made), editable
