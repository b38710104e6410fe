"""From what people decided and ordered in a real procedure to its papers: nothing is typed again."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from hecha.decision.meeting import Present
from hecha.edges.documents import pdf, word
from hecha.evaluation.figures import figures_of
from hecha.evaluation.owed import Account, Outcome
from hecha.flow.command import asking, asking_orders
from hecha.flow.documents.evaluation import evaluation_document
from hecha.flow.documents.evaluation_of import evaluation_paper
from hecha.flow.documents.frame import Frame
from hecha.flow.documents.handover import handover_document
from hecha.flow.documents.minutes import minutes_document
from hecha.flow.documents.minutes_of import handover_paper, minutes_paper
from hecha.flow.documents.model import Document
from hecha.flow.documents.order import order_document
from hecha.flow.documents.order_of import addressees_of, order_paper, release_paper
from hecha.flow.documents.release import approval_document, release_document
from hecha.incident.event import Incident
from hecha.kernel.duties import Duty
from hecha.kernel.errors import Refused
from tests.commanding.town import Town, opened, 甲一县, 省
from tests.documents.test_builders import words
from tests.evaluation.test_figures import LOST, STORY
from tests.evaluation.test_reviewing import ANALYSED, OPEN, improve, learn, lived, sign

FRAME = Frame("人民银行浙江省分行", date(2026, 3, 12), branch=True, number="浙银发〔2026〕9号")


def played(story: Callable[[Town], Awaitable[None]], folder: Path) -> None:
    async def play() -> None:
        async with opened(folder) as town:
            await story(town)

    asyncio.run(play())


async def started(town: Town) -> None:
    await town.happens(3, ["330201", "330202"])
    meeting = town.meetings()[0].id
    present = (Present("某甲", "group/leader"), Present("某乙", "group/deputy", "telephone"))
    await town.as_(省, "office").does(asking.held, name=meeting, chair="某甲", present=present)
    said = {"cause": "主板损坏", "impact": "两县网点", "conclusion": "短时间内难以修复"}
    await town.as_(省, "office").does(asking.minuted, name=meeting, **said)
    proposal = await town.as_(省, "leader").proposes("start", in_meeting=meeting)
    await town.as_(省, "deputy").consents(proposal)
    await town.as_(省, "settlement").publishes()


def order_of(town: Town, which: int) -> Document:
    order, name = town.orders()[which], town.organization.units.zh
    resolution = town.procedure.state("resolution", order.resolution)
    frame = Frame(name(省), date(2026, 3, 12), True, order.number, addressees=addressees_of(order, name))
    return order_document(order_paper(order, resolution, town.incident(), town.plan, name, "支付结算处", frame))


def test_a_start_order_becomes_its_paper(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await started(town)
        document = order_of(town, 0)
        text = words(document.blocks)
        assert document.number == town.in_force().number
        assert document.addressees[:3] == ("支付结算部门", "征信管理部门", "科技部门")
        assert "较大事件（1.4.2.3(1)）" in text
        assert "经人民银行浙江省分行领导小组2026年3月12日" in text
        assert "依次改用另一种核查方式、以其他方式核验并登记，恢复后补核（5.1.2）" in text
        assert "由支付结算处代" in text
        assert "序号0-1" in text
        assert "4.3.1(5)" in text
        assert "30分钟内" in text
        assert pdf.render(document).pdf

    played(story, tmp_path)


def test_an_end_order_says_what_it_takes_back(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await started(town)
        await town.recovers()
        proposal = await town.as_(省, "leader").proposes("end", reason="已恢复")
        await town.as_(省, "deputy").consents(proposal)
        await town.as_(省, "settlement").publishes()
        text = words(order_of(town, 1).blocks)
        assert "确认恢复" in text
        assert "前置和通道切回平时的路由；" in text
        assert "恢复原来的核查方式；" in text
        assert "撤回代为核查的委托" not in text  # 较大 prescribes no delegation
        assert "补核" in text

    played(story, tmp_path)


def test_a_meeting_becomes_its_minutes_with_both_consents(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.happens(3)
        with pytest.raises(Refused):
            minutes_paper(town.meetings()[0], [], town.incident(), "", FRAME)

    played(story, tmp_path / "before")

    async def held(town: Town) -> None:
        await started(town)
        resolutions = list(town.procedure.of("E1", "resolution"))
        paper = minutes_paper(town.meetings()[0], resolutions, town.incident(), "某丁", FRAME)
        text = words(minutes_document(paper).blocks)
        assert "某乙|副组长|电话" in text
        assert "原因：主板损坏" in text
        assert "结论：短时间内难以修复" in text
        assert f"启动应急处置办法：短时间内难以修复（{resolutions[0].clause}）" in text
        assert "同意人：人民银行浙江省分行组长、人民银行浙江省分行副组长" in text

    played(held, tmp_path / "held")


def test_a_release_and_a_handover_become_their_papers(tmp_path: Path) -> None:
    async def story(town: Town) -> None:
        await town.happens(4, ["330201"])
        text = {"title": "关于身份核查服务的公告", "text": "网点照常营业。\n\n请备好其他证件。", "channel": "outlets"}
        await town.as_(甲一县, "office").does(asking_orders.release_drafted, name="F1", incident="E1", **text)
        await town.as_(甲一县, "leader").does(asking_orders.release_approved, name="F1")
        await town.as_(甲一县, "settlement").does(asking_orders.release_published, name="F1")
        release = town.procedure.state("release", "F1")
        paper = release_paper(release, town.organization.units.zh, "支付结算部门", FRAME)
        assert [block.text for block in release_document(paper).blocks] == ["网点照常营业。", "请备好其他证件。"]  # type: ignore[union-attr]
        assert "网点公告" in words(approval_document(paper).blocks)
        office = town.as_(甲一县, "office")
        owed = town.procedure.duties([甲一县])
        await office.does(asking_orders.shift_offered, name="S1", taker="某辛", notes="备件20时到", open_=owed)
        sheet = handover_paper(
            town.procedure.state("handover", "S1"),
            [town.incident()],
            FRAME,
            town.organization.units.zh,
            lambda level: f"{level}级",
            lambda phase: {"open": "处置中"}.get(phase, phase),
            lambda what: what,
        )
        text_of_sheet = words(handover_document(sheet).blocks)
        for part in ("某辛", "备件20时到", "部分网点核查受阻|4级|处置中", "meeting.hold"):
            assert part in text_of_sheet

    played(story, tmp_path)


def reviewed() -> Document:
    review, _ = lived(OPEN, *ANALYSED, learn(), learn(True), improve(), sign())
    happened = {"occurred": LOST, "discovered": LOST, "opened": LOST, "recovered": LOST + timedelta(hours=19.5)}
    event = Incident(
        "E1", "zhejiang", "1", "2026-01-01", "全省网点核查受阻事件", (), (), "hardware", "pbc/33",
        opened_by="system", level=2, proposed=None, extent=None, **happened,  # type: ignore[arg-type]
    )  # fmt: skip
    duties = [
        Account(Duty("a", "pbc/33", "report.first", "4.1.2.4", "R1", LOST, LOST), Outcome.MET, LOST),
        Account(Duty("b", "bank/X", "order.receipt", "4.3.1(5)", "O1", LOST, LOST), Outcome.LATE, LOST),
        Account(Duty("c", "bank/Y", "order.receipt", "4.3.1(5)", "O1", LOST, LOST), Outcome.OPEN),
    ]
    return evaluation_document(
        evaluation_paper(
            review,
            figures_of(STORY),
            duties,
            event,
            samples_plan(),
            FRAME,
            lambda unit: {"pbc/33": "人民银行浙江省分行", "bank/X": "X银行"}.get(unit, unit),
            "重大",
            {"order.receipt": "命令签收"},
            "第512条",
        )
    )


def samples_plan():  # type: ignore[no-untyped-def]
    from hecha.edges.files.plan_folder import load_plan

    return load_plan("zhejiang")


def test_a_review_becomes_the_evaluation_report() -> None:
    text = words(reviewed().blocks)
    for part in (
        "支付结算部门：备机没有按规定设置",
        "首报|3月12日 16:18|8小时18分钟|12分钟",
        "登记业务补核办结|3月14日 3:30|1天19小时|1天",
        "4.3.1(5)|X银行|命令签收",
        "应履行2项，按时履行1项",
        "做得好：电话先报很快",
        "不足：备机每周试一次",
        "备机每周切换演练|人民银行浙江省分行|2026年4月30日",
    ):
        assert part in text, part
    assert "bank/Y" not in text  # still open and not due: neither met nor missed
    assert word.render(reviewed())
