"""The paper pack: cards that say what the screen would say, slips, forms, telephones; from the page and the command."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hecha.edges.cli.main import app
from hecha.edges.documents import pdf
from hecha.edges.files.plan_folder import load_plan
from hecha.flow.documents.calls import PhoneRow
from hecha.flow.documents.model import Document, Form, Kind, Table
from hecha.flow.documents.paper_pack import PHONE_ROWS_MAX, SLIPS_A_PAGE, PackPaper, Part, pack_of, paper_pack
from hecha.flow.documents.paper_pack import phone_rows as rows_for
from hecha.kernel.errors import BadInput, NotThere
from hecha.kernel.ids import OutletId, UnitId
from hecha.organization.organization import Organization
from hecha.organization.people import Numbers, Person, PersonId, Seat
from hecha.organization.units import Units
from hecha.plan.posts import Body, Department, SeatRole
from hecha.response.card import DELEGATE, OTHER, SWITCH
from hecha.response.delegation import Candidate
from hecha.response.delegation import Kind as DelegateKind
from hecha.response.slip_number import SLIPS_MAX, read_slip_number
from tests.api.town import network
from tests.documents.papers import pages_of, text_of
from tests.documents.test_builders import words

PLAN = load_plan("zhejiang")
AT = datetime(2026, 3, 12, 2, 15, tzinfo=UTC)
PAPER = PackPaper(UnitId("outlet/x1"), "甲银行鹿城支行", PLAN, AT, outlet=OutletId("x1"), slips=7, has_two_modes=True)


def cards(paper: PackPaper = PAPER) -> dict[str, Document]:
    found = paper_pack(replace(paper, parts=frozenset({Part.CARDS})))
    return {one.title.replace("柜面指引卡\n", ""): one for one in found if one.kind is Kind.CARD and one.title}


def steps(card: Document) -> dict[str, bool]:
    """Clause → whether the step applies."""
    table = next(block for block in card.blocks if isinstance(block, Table))
    return {row[3]: "不适用" not in row[1] for row in table.rows}


@pytest.mark.parametrize(
    ("title", "ways"),
    [
        ("联网核查不能用：命令下达之前（先期处置）", [DELEGATE, SWITCH, OTHER]),
        ("联网核查不能用：命令下达之后\n一般（5.1.1）", [DELEGATE, SWITCH, OTHER]),
        ("联网核查不能用：命令下达之后\n较大（5.1.2）、重大（5.1.3）", [SWITCH, OTHER]),
        ("联网核查不能用：命令下达之后\n特大（5.1.4.1）", [OTHER]),
        ("公安部门数据有误：命令下达之后\n重大（5.1.3）、特大（5.1.4.2）", [OTHER]),
        ("公安部门数据有误：命令下达之后\n一般（5.1.1）", [OTHER]),  # the source is the same
        ("核查结果不一致或查无此人", [OTHER]),
        ("证件挂失或失效", [OTHER]),
    ],
)  # fmt: skip
def test_each_situation_has_its_card_with_what_applies(title: str, ways: list[str]) -> None:
    assert [clause for clause, applies in steps(cards()[title]).items() if applies] == ways


def test_every_level_of_the_plan_is_on_a_card_for_each_cause() -> None:
    titles = "\n".join(cards())
    for level in PLAN.levels:
        assert titles.count(f"{level.zh}（") == 2


def test_an_outlet_with_one_mode_cannot_switch() -> None:
    card = cards(replace(PAPER, has_two_modes=False))["联网核查不能用：命令下达之前（先期处置）"]
    assert not steps(card)[SWITCH]


def test_agreed_delegates_stand_on_the_card_with_their_telephone() -> None:
    neighbour = Candidate("outlet/y1", "乙银行鹿城支行", DelegateKind.OTHER_BANK, True, "0577-5550101", 1)
    card = cards(replace(PAPER, delegates=(neighbour,)))["联网核查不能用：命令下达之前（先期处置）"]
    assert "乙银行鹿城支行　0577-5550101" in words(card.blocks)


def test_a_card_goes_by_the_authority_printed_on_the_customers_card() -> None:
    card = cards()["公安部门数据有误：命令下达之后\n重大（5.1.3）、特大（5.1.4.2）"]
    assert "签发机关，不看号码开头" in words(card.blocks)


def test_each_card_and_notice_is_one_page() -> None:
    documents = [one for one in paper_pack(PAPER) if one.kind in (Kind.CARD, Kind.FORM)]
    assert len(pages_of(pdf.render(*documents).pdf)) == len(documents)


def test_slips_stand_three_a_page_and_every_number_is_right() -> None:
    slips = next(one for one in paper_pack(PAPER) if one.kind is Kind.SLIPS)
    numbers = [block.number for block in slips.blocks if isinstance(block, Form)]
    assert [read_slip_number(one, OutletId("x1")) for one in numbers] == numbers
    printed = pdf.render(slips).pdf
    assert len(pages_of(printed)) == -(-7 // SLIPS_A_PAGE)
    assert len(re.findall(r"X1-\d{7}-\d\d-\w", text_of(printed).replace("\u200b", ""))) == 7


def test_slips_are_for_outlets_and_have_room_for_what_the_register_asks() -> None:
    assert all(one.kind is not Kind.SLIPS for one in paper_pack(replace(PAPER, outlet=None)))
    slips = next(one for one in paper_pack(PAPER) if one.kind is Kind.SLIPS)
    first = next(block for block in slips.blocks if isinstance(block, Form))
    labels = {label for row in first.rows for label, _ in row}
    assert {"办理时间", "姓名", "公民身份号码", "联系电话", "佐证", "凭证号", "复印件存放位置"} <= labels


def test_the_index_says_what_is_in_the_pack() -> None:
    index = paper_pack(PAPER)[0]
    assert index.kind is Kind.INDEX
    assert "7张，X1-0100935-01-" in words(index.blocks)


@pytest.mark.parametrize(
    "paper",
    [
        replace(PAPER, parts=frozenset()),
        replace(PAPER, parts=frozenset({Part.SLIPS}), outlet=None),
        replace(PAPER, slips=SLIPS_MAX + 1),
    ],
)
def test_a_pack_with_nothing_or_too_much_in_it_is_refused(paper: PackPaper) -> None:
    with pytest.raises(BadInput):
        paper_pack(paper)


def staffed() -> Organization:
    boss, head = PersonId("p1"), PersonId("p2")
    city = UnitId("pbc/3303")
    people = {
        boss: Person(boss, "某甲", city, Department.LEADERSHIP, day="0577-1", night="0577-2", mobile="138"),
        head: Person(head, "某乙", city, Department.SETTLEMENT, day="0577-3"),
    }
    seats = (
        Seat(city, Body.GROUP, SeatRole.LEADER, Department.LEADERSHIP, boss),
        Seat(city, Body.OFFICE, SeatRole.LEADER, Department.SETTLEMENT, head),
        Seat(city, Body.OFFICE, SeatRole.MEMBER, Department.SETTLEMENT, boss),
    )
    numbers = {UnitId("outlet/x1"): Numbers(UnitId("outlet/x1"), duty_room="0577-9")}
    return Organization(Units(network()), PLAN.organization, people, seats, numbers)


def test_the_phone_book_has_the_own_unit_then_who_is_in_charge_above() -> None:
    rows = rows_for(staffed(), UnitId("outlet/x1"), AT)
    assert [(row.unit, row.post, row.person, row.day) for row in rows] == [
        ("甲银行鹿城支行", "值班室", "", "0577-9"),
        ("人民银行温州市中心支行", "领导小组组长", "某甲", "0577-1"),
        ("人民银行温州市中心支行", "办公室主任", "某乙", "0577-3"),
    ]


def test_the_phone_book_is_bounded() -> None:
    here = staffed()
    seats = tuple(replace(here.seats[0], role=SeatRole.DEPUTY) for _ in range(PHONE_ROWS_MAX + 9))
    assert len(rows_for(replace(here, seats=seats), UnitId("outlet/x1"), AT)) == PHONE_ROWS_MAX


def test_a_pack_is_made_of_what_is_known_of_the_unit() -> None:
    pack = pack_of(network(), PLAN, staffed(), UnitId("outlet/y1"), AT)
    assert (pack.name, pack.outlet, pack.has_two_modes) == ("乙银行鹿城支行", "y1", False)
    assert pack.phones[0] == PhoneRow("人民银行温州市中心支行", "领导小组组长", "某甲", "0577-1", "0577-2", "138")
    with pytest.raises(NotThere):
        pack_of(network(), PLAN, staffed(), UnitId("outlet/none"), AT)


def test_the_command_writes_a_pdf_before_there_is_any_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from hecha.edges.settings import settings

    monkeypatch.setenv("HECHA_HOME", str(tmp_path))
    settings.cache_clear()
    file = tmp_path / "pack.pdf"
    try:
        done = CliRunner().invoke(app, ["paper", "outlet/icbc-0001", "-o", str(file), "--slips", "2"])
        assert done.exit_code == 0, done.output
        assert "ICBC-0001-" in text_of(file.read_bytes()).replace("\u200b", "")
        wrong = CliRunner().invoke(app, ["paper", "outlet/icbc-0001", "-o", str(file), "--parts", "cake"])
        assert isinstance(wrong.exception, BadInput)
        nowhere = CliRunner().invoke(app, ["paper", "pbc/3303", "-o", str(tmp_path / "no" / "pack.pdf")])
        assert isinstance(nowhere.exception, BadInput)
    finally:
        settings.cache_clear()
