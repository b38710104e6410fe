"""The paper pack (纸质备用包): what a unit prints in advance, for the hour in which no page opens.

Cards for each situation, numbered register slips, forms for reports and orders, and the phone book.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hecha.flow.counter import modes_of
from hecha.flow.documents.calls import PhoneListPaper, PhoneRow, phone_book_document
from hecha.flow.documents.counter_cards import counter_cards
from hecha.flow.documents.frame import Frame, day_of, full_moment_zh, sheet
from hecha.flow.documents.model import Block, Document, Form, Kind, Look, Pairs, Paragraph, Table
from hecha.flow.documents.report import TITLES
from hecha.kernel.errors import BadInput, NotThere
from hecha.kernel.ids import OutletId, UnitId
from hecha.network.model import Network
from hecha.organization.organization import Organization
from hecha.plan.model import Plan
from hecha.response.delegation import Candidate
from hecha.response.slip_number import slip_numbers

PHONE_ROWS_MAX = 200
SLIPS_A_PAGE = 3


class Part(StrEnum):
    """What a pack may hold."""

    CARDS = "cards"  # 指引卡
    SLIPS = "slips"  # 登记单
    FORMS = "forms"  # 报告和命令表单
    PHONES = "phones"  # 电话簿


@dataclass(frozen=True, slots=True)
class PackPaper:
    """Whose pack it is and what goes into it. `outlet` is `None` for a unit that is none: it has no slips.

    `batch` gives the slips' numbers (None: the moment of printing); `delegates`: whom the outlet has agreed with."""

    unit: UnitId
    name: str
    plan: Plan
    printed: datetime
    parts: frozenset[Part] = frozenset(Part)
    outlet: OutletId | None = None
    slips: int = 30
    has_two_modes: bool = False
    phones: tuple[PhoneRow, ...] = ()
    delegates: tuple[Candidate, ...] = ()
    drill: bool = False
    batch: datetime | None = None

    @property
    def numbers(self) -> tuple[str, ...]:
        """The slips' numbers, in order; none for a unit that is no outlet, or where no slips are printed."""
        if self.outlet is None or Part.SLIPS not in self.parts:
            return ()
        return slip_numbers(self.outlet, self.batch or self.printed, self.slips)


def pack_of(
    network: Network,
    plan: Plan,
    here: Organization,
    unit: UnitId,
    at: datetime,
    *,
    parts: frozenset[Part] = frozenset(Part),
    slips: int = 30,
    delegates: tuple[Candidate, ...] = (),
    drill: bool = False,
) -> PackPaper:
    """The pack of one unit, from what the network and the organisation know of it. Raises NotThere."""
    if not here.units.exists(unit, at):
        raise NotThere(f"没有这个单位 no such unit: {unit}")
    kind, _, key = unit.partition("/")
    outlet = OutletId(key) if kind == "outlet" else None
    return PackPaper(
        unit,
        here.units.zh(unit, at),
        plan,
        at,
        parts,
        outlet,
        slips,
        outlet is not None and len(modes_of(network, outlet)) > 1,
        phone_rows(here, unit, at),
        delegates,
        drill,
    )


def paper_pack(paper: PackPaper) -> list[Document]:
    """The documents of the pack, its index first. Raises BadInput when nothing is chosen or too many slips are."""
    trace = f"{paper.unit} · {paper.plan.id} {paper.plan.version}"
    frame = Frame(paper.name, day_of(paper.printed), drill=paper.drill, trace=trace)
    parts = [(part, list(_part(part, paper, frame))) for part in Part if part in paper.parts]
    printed = [(part, documents) for part, documents in parts if documents]
    if not printed:
        raise BadInput("parts", "请至少选一项 choose at least one part", "登记单只为网点打印 slips are for outlets")
    return [_index(paper, frame, printed), *(one for _, documents in printed for one in documents)]


def _part(part: Part, paper: PackPaper, frame: Frame) -> Iterator[Document]:
    if part is Part.CARDS:
        yield from counter_cards(paper.plan, frame, paper.delegates, has_two_modes=paper.has_two_modes)
    elif part is Part.SLIPS and paper.outlet is not None:
        yield slips(paper, frame)
    elif part is Part.FORMS:
        yield from (phone_report_form(frame), report_form(frame), order_form(frame))
    elif part is Part.PHONES:
        yield phone_book_document(PhoneListPaper(frame, paper.name, paper.phones))


_NAMES = {
    Part.CARDS: "柜面指引卡和门口公告",
    Part.SLIPS: "编号登记单",
    Part.FORMS: "报告、命令表单",
    Part.PHONES: "应急电话簿",
}


def _index(paper: PackPaper, frame: Frame, parts: Iterable[tuple[Part, list[Document]]]) -> Document:
    rows = [(_NAMES[part], _what(part, documents, paper)) for part, documents in parts]
    blocks: list[Block] = [
        Pairs((("单位", paper.name), ("打印时间", full_moment_zh(paper.printed)), ("所依办法", paper.plan.zh))),
        Table(("内容", "说明"), tuple(rows), (3, 9)),
        Paragraph("放在柜台伸手可及之处。办法或人员变动后重新打印；登记单用过的不得再用。"),
        Paragraph("恢复后：登记单在“纸单补录”逐张录入，电话报告、签收在事件页补录，保留原时间和单号。"),
    ]
    return sheet(Kind.INDEX, "断电断网纸质备用包", blocks, frame)


def _what(part: Part, documents: list[Document], paper: PackPaper) -> str:
    if part is Part.SLIPS and paper.outlet is not None:
        numbers = paper.numbers
        return f"{len(numbers)}张，{numbers[0]} 至 {numbers[-1]}"
    if part is Part.PHONES:
        return f"{len(paper.phones)}个号码" if paper.phones else "尚未登记电话，请手工填写"
    titles = (one.title.replace("\n", " ").removeprefix("柜面指引卡 ") for one in documents)
    return "\n".join(filter(None, titles))


def slips(paper: PackPaper, frame: Frame) -> Document:
    """Register slips, three a page, each with a number that shows a wrong character."""
    forms = tuple(_slip(number, paper.name) for number in paper.numbers)
    return Document(Kind.SLIPS, "", forms, drill=frame.drill, look=Look.SLIPS, trace=frame.trace)


def _slip(number: str, outlet: str) -> Form:
    rows = (
        (("网点", outlet), ("办理时间", "＿＿＿年＿＿月＿＿日＿＿时＿＿分")),
        (("姓名", ""), ("联系电话", "")),
        (("公民身份号码", " □□□□□□ □□□□□□□□ □□□□"),),
        (("签发机关（证件背面）", ""), ("业务编号", "")),
        (("业务", "□账户　□信贷　□支付结算　□反洗钱　□其他"),),
        (("佐证", "□户口簿　□护照　□驾驶证　□机具鉴别　□当面比对　□其他"),),
        (("凭证号", ""), ("复印件存放位置", ""), ("柜员签字", "")),
    )
    foot = "含客户信息，按凭证保管。恢复后补录，在此写登记编号：R＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿"
    return Form(rows, title="故障期间业务登记单", number=number, foot=foot)


_SAID = ("发生的单位、时间、地点", "性质、原因", "影响程度、等级", "现场处置", "启动情况、请求事项", "对方答复")


def phone_report_form(frame: Frame) -> Document:
    """To note a telephone report (电话先报), in either direction."""
    rows = (
        (("受话单位", ""), ("受话人", "")),
        (("报告人", ""), ("通话时间", "")),
        *((((words, ""),)) for words in _SAID),
    )
    heights = (1, 1, *(4 for _ in _SAID))
    blocks = (Form(rows, heights=heights, foot="通话后请对方读回要点。恢复后补录，书面报告随后报送。"),)
    return sheet(Kind.FORM, "电话先报记录", blocks, frame)


def report_form(frame: Frame) -> Document:
    """The written report by hand: the five contents of 4.1.1."""
    head = ((("报告单位", ""), ("报告时间", "")), (("主送", ""), ("种类", "□首报　□续报　□终报")))
    rows = tuple(((f"{title}（{clause}）", ""),) for clause, title in TITLES.items())
    foot = "测得的事实和个人判断分开写；尚不清楚的写“待查”，不作推断。"
    form = Form((*head, *rows, (("签发人", ""), ("联系电话", ""))), heights=(1, 1, 4, 4, 4, 4, 4, 1), foot=foot)
    return sheet(Kind.FORM, "突发事件报告单", (form,), frame)


def order_form(frame: Frame) -> Document:
    """To take down an order that comes by telephone, and its receipt."""
    rows = (
        (("发令单位", ""), ("发令人", "")),
        (("命令编号", ""), ("序号", "")),
        (("种类", "□启动　□结束　□调整"), ("事件等级", "□一般　□较大　□重大　□特大")),
        (("收到时间", ""), ("生效时间", "")),
        (("命令内容", ""),),
        (("采取的措施", "□委托核查　□改用另一方式　□其他方式核验并登记"),),
        (("签收人", ""), ("签收时间", "")),
        (("已读回", "□一致"), ("已传达至", "")),
        (("执行情况、问题和建议", ""),),
    )
    foot = "序号小于已收命令的，不执行，并向发令单位核实。恢复后在事件页补录签收，保留原时间。"
    blocks = (Form(rows, heights=(1, 1, 1, 1, 10, 1, 1, 1, 6), foot=foot),)
    return sheet(Kind.FORM, "命令记录和签收单", blocks, frame)


def phone_rows(here: Organization, unit: UnitId, at: datetime) -> tuple[PhoneRow, ...]:
    """The numbers a unit needs: its own, its superiors' and those of its local branch, the nearest first."""
    units = here.units
    local = units.local_branch(unit, at)
    wanted = dict.fromkeys([unit, *units.above(unit, at), local, *units.above(local, at)])
    rows = [row for one in wanted for row in _rows_of(here, one, at)]
    return tuple(rows[:PHONE_ROWS_MAX])


def _rows_of(here: Organization, unit: UnitId, at: datetime) -> Iterator[PhoneRow]:
    name, numbers = here.units.zh(unit, at), here.numbers.get(unit)
    if numbers is not None:
        yield PhoneRow(name, "值班室", "", numbers.day or numbers.duty_room, numbers.night or numbers.duty_room)
    for one in here.held(unit, at):
        if one.seat.post in _CALLED and not one.seat.substitute:
            who = one.person
            yield PhoneRow(name, _CALLED[one.seat.post], who.name, who.day, who.night, who.mobile)


_CALLED = {"group/leader": "领导小组组长", "group/deputy": "领导小组副组长", "office/leader": "办公室主任"}
