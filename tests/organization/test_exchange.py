"""Sheets out and in again: nothing is lost, a mistake is named by row and column, nothing is half imported."""

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime

import pytest
from openpyxl import Workbook, load_workbook

from hecha.edges.organization import files
from hecha.edges.organization.edits import items_of
from hecha.edges.organization.exchange import items_under, take
from hecha.edges.organization.files import read, to_csv, to_excel
from hecha.edges.store.keys import fresh_keys
from hecha.edges.store.store import Store
from hecha.kernel.errors import BadInput
from hecha.kernel.ids import UnitId
from hecha.organization.people import Person, PersonId
from hecha.organization.sheets import SHEETS
from hecha.plan.posts import Department
from tests.organization.registry import CITY, OFFICE, Registry, run

PEOPLE = "人员编号,姓名,机构,部门,手机\r\n"


@pytest.fixture
def registry() -> Iterator[Registry]:
    store = Store("sqlite://", fresh_keys())
    yield Registry(store)
    store.close()


def test_an_excel_file_that_comes_back_changes_nothing(registry: Registry) -> None:
    run(registry.edits.leave(OFFICE, PersonId(registry.by_account(CITY))))  # a moment that is no midnight
    facts = len(registry.facts())
    data = to_excel(items_of(registry.here))
    found = run(take(registry.edits, OFFICE, "机构.xlsx", data))
    assert (found.changed, found.mistakes) == (0, ())
    assert found.rows == len(items_of(registry.here))
    assert len(registry.facts()) == facts


@pytest.mark.parametrize("key", [sheet.key for sheet in SHEETS if sheet.key != "terms"])
def test_a_csv_file_that_comes_back_changes_nothing(registry: Registry, key: str) -> None:
    found = run(take(registry.edits, OFFICE, "a.csv", to_csv(key, items_of(registry.here))))
    assert found.rows > 0
    assert (found.changed, found.mistakes) == (0, ())


def test_an_empty_house_is_filled_from_the_other_ones_file(registry: Registry) -> None:
    data = to_excel(items_of(registry.here))
    assert {type(one[2]) for one in read("a.xlsx", data).items} == {type(one) for one in items_of(registry.here)}
    assert [one[2] for one in read("a.xlsx", data).items if isinstance(one[2], Person)] == list(
        registry.here.people.values()
    )


def test_a_city_exports_its_own_and_what_lies_in_its_area(registry: Registry) -> None:
    units = {item.unit for item in items_under(registry.here, UnitId("pbc/3303"), registry.clock())}
    assert units == {"pbc/3303", "pbc/330305", "bank/cb-yongjiang/330305"}


def test_new_rows_are_entered_and_told(registry: Registry) -> None:
    text = PEOPLE + "P-7,新来的,pbc/3303,科技,10000000007\r\n,,,,\r\nP-8,又一个,pbc/3303,settlement,\r\n"
    found = run(take(registry.edits, CITY, "people.csv", text.encode()))
    assert (found.rows, found.changed, found.mistakes) == (2, 2, ())
    assert registry.here.people[PersonId("P-8")].department is Department.SETTLEMENT


def test_what_chinese_excel_writes_is_read_as_well(registry: Registry) -> None:
    found = run(take(registry.edits, CITY, "人员.CSV", (PEOPLE + "P-7,新来的,pbc/3303,科技,\r\n").encode("gb18030")))
    assert (found.changed, registry.here.people[PersonId("P-7")].name) == (1, "新来的")


MISTAKES = [
    # rows after the heading; row, column, a part of what is said, a part of the way out
    ("P-7,,pbc/3303,科技,", 2, "姓名", "空着", "填写姓名"),
    ("P-7,某人,pbc/3303,科技,\r\nP-8,某人,pbc/3303,科学,", 3, "部门", "没有“科学”", "科技"),
    ("P-7,某人,pbc/9999,科技,", 2, "机构", "没有这个机构", "pbc/3303"),
    ("P-7,某人,pbc/3304,科技,", 2, "机构", "维护机构资料由该单位自己的人员办理", "办公室"),
    ("P-7,某人,pbc/3303,科技,打给我", 2, "手机", "电话只写数字", "0571"),
    ("工号,某人,pbc/3303,科技,", 2, "人员编号", "字母、数字", "P-0012"),
    ("P-7,某人,pbc/3303,科技,\r\nP-7,某人,pbc/3303,科技,1", 3, "人员编号", "写了两次", "只留一个"),
]


@pytest.mark.parametrize(("rows", "row", "column", "what", "way_out"), MISTAKES)
def test_a_mistake_is_named_and_nothing_is_imported(
    registry: Registry, rows: str, row: int, column: str, what: str, way_out: str
) -> None:
    good = "\r\nP-99,好的,pbc/3303,科技,\r\n"
    found = run(take(registry.edits, CITY, "people.csv", (PEOPLE + rows + good).encode()))
    (one,) = found.mistakes
    assert (one.sheet, one.row, one.column, found.changed) == ("人员", row, column, 0)
    assert what in one.what
    assert way_out in one.way_out
    assert registry.facts() == []
    assert "P-99" not in registry.here.people


def test_every_mistake_is_named_at_once_up_to_a_limit(registry: Registry) -> None:
    rows = "".join(f"P-{nth},,pbc/3303,科技,\r\n" for nth in range(150))
    found = run(take(registry.edits, CITY, "people.csv", (PEOPLE + rows).encode()))
    assert (len(found.mistakes), found.more) == (100, 50)


def test_a_mistake_in_one_sheet_of_an_excel_file_stops_all_of_it(registry: Registry) -> None:
    book = load_workbook(io.BytesIO(to_excel(items_of(registry.here))))
    book["人员"].append(["P-7", "新来的", "pbc/3303", "科技"])
    book["岗位"].append(["pbc/3303", "领导小组", "组长", "行领导", "P-7", "否", "2026-13-01"])
    out = io.BytesIO()
    book.save(out)
    found = run(take(registry.edits, OFFICE, "all.xlsx", out.getvalue()))
    (one,) = found.mistakes
    assert (one.sheet, one.column) == ("岗位", "起期")
    assert "P-7" not in registry.here.people


UNREADABLE = [
    ("a.pdf", b"x", "只收"),
    ("a.xlsx", b"not a zip", "打不开"),
    ("a.csv", b"\xff\xfe\x00\x01\xff", "编码"),
    ("a.csv", b"", "没有一行资料"),
    ("a.csv", '人员编号,姓名\r\n"broken'.encode(), ""),
]


@pytest.mark.parametrize(("name", "data", "what"), UNREADABLE)
def test_what_cannot_be_read_is_said_so(registry: Registry, name: str, data: bytes, what: str) -> None:
    try:
        found = run(take(registry.edits, OFFICE, name, data))
    except BadInput as error:
        assert what in error.what  # noqa: PT017 - either is an answer
    else:
        assert found.mistakes


def test_headings_that_fit_no_sheet_say_what_would(registry: Registry) -> None:
    found = run(take(registry.edits, OFFICE, "a.csv", b"a,b\r\n1,2\r\n"))
    assert "认不出" in found.mistakes[0].what
    assert "人员编号" in found.mistakes[0].way_out
    found = run(take(registry.edits, OFFICE, "a.csv", (PEOPLE.strip() + ",备注\r\n").encode()))
    assert "备注" in found.mistakes[0].what


def test_limits(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="4 MB"):
        read("a.csv", b"x" * (files.BYTES_MAX + 1))
    monkeypatch.setattr(files, "ROWS_MAX", 3)
    with pytest.raises(BadInput, match="超过 3 行"):
        read("a.csv", (PEOPLE + "P,a,b,c,\r\n" * 5).encode())
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (files.UNPACKED_BYTES_MAX + 1))
    with pytest.raises(BadInput, match="展开后过大"):
        read("a.xlsx", bomb.getvalue())


FORMULAS = ["=1+1", "+86 571", "-1", "@sum", "\tx"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula_for_the_next_program(registry: Registry, text: str) -> None:
    person = Person(PersonId("P-7"), text, UnitId("pbc/3303"), Department.TECHNOLOGY)
    assert f"'{text}" in to_csv("people", [person]).decode("utf-8-sig")
    page = load_workbook(io.BytesIO(to_excel([person])))["人员"]
    assert (page["B2"].value, page["B2"].data_type) == (f"'{text}", "s")
    back = read("a.csv", to_csv("people", [person])).items[0][2]
    assert isinstance(back, Person)
    assert back.name == text.strip()


def test_what_excel_makes_of_dates_and_numbers_is_understood(registry: Registry) -> None:
    book = Workbook()
    page = book.active
    page.append(["人员编号", "姓名", "机构", "部门", "手机", "离开日期"])
    page.append(["P-7", "新来的", "pbc/3303", "科技", 10000000007.0, datetime(2026, 12, 31)])
    out = io.BytesIO()
    book.save(out)
    person = read("a.xlsx", out.getvalue()).items[0][2]
    assert isinstance(person, Person)
    assert person.mobile == "10000000007"
    assert person.left is not None
    assert person.left.isoformat() == "2026-12-31T00:00:00+08:00"
