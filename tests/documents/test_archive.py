"""The whole file of an event: one archive, streamed, the same bytes each time; what was changed in it is found."""

import csv
import io
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from hecha.edges.documents import archive as archives
from hecha.edges.documents import pdf
from hecha.edges.documents.archive import (
    FACTS,
    INDEX,
    READ_ME,
    Case,
    Folder,
    Piece,
    archive,
    csv_piece,
    document_pieces,
    problems,
    safe_name,
)
from hecha.edges.store import ledger
from hecha.edges.store.keys import fresh_keys
from hecha.edges.store.store import Store
from hecha.kernel.errors import BadInput, Unavailable
from hecha.kernel.facts import Fact
from tests.documents import samples

AT = datetime(2026, 3, 12, 2, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def facts() -> Iterator[tuple[ledger.Recorded, ...]]:
    """Facts of an event with another one's between them, from a real ledger."""
    store = Store("sqlite://", fresh_keys())

    def happen(tx) -> None:
        for at in range(6):
            subject = "E1" if at % 2 else "E2"
            tx.record(Fact("incident:event:opened", subject, AT, "某甲", clause="1.4.1", data={"n": at, "zh": "温州"}))

    store.submit(happen).result(10)
    with store.read() as connection:
        yield tuple(ledger.read(connection, subject="E1"))
    store.close()


@pytest.fixture
def case(facts: tuple[ledger.Recorded, ...]) -> Case:
    documents = samples.documents()
    rows = [("编号", "结果"), ("R1", "一致"), ("=1+1", '他说"好"，\n走了')]
    return Case(
        samples.EVENT,
        samples.NUMBER,
        date(2026, 3, 12),
        (
            *document_pieces(Folder.REPORTS, documents["report"], AT),
            *document_pieces(Folder.REPORTS, documents["follow_up"]),
            *document_pieces(Folder.ORDERS, documents["start"]),
            csv_piece(Folder.REGISTER, "登记簿", rows),
            Piece(Folder.OTHER, "../../etc/passwd\x00", ".bin/..", lambda: [b"abc", b"def"]),
        ),
        facts,
        (facts[-1].seq, facts[-1].hash),
        ("附件由办公室另存",),
    )


def packed(case: Case) -> bytes:
    return b"".join(archive(case))


def opened(case: Case) -> ZipFile:
    return ZipFile(io.BytesIO(packed(case)))


def test_everything_is_in_it_in_order_and_listed(case: Case) -> None:
    file = opened(case)
    names = file.namelist()
    assert file.testzip() is None
    assert names[:2] == [
        "01-报告/0001-关于全省网点不能以非接口方式核查事件的报告 （首报）.pdf",
        "01-报告/0001-关于全省网点不能以非接口方式核查事件的报告 （首报）.docx",
    ]
    assert names[-3:] == [FACTS, READ_ME, INDEX]
    rows = list(csv.reader(file.read(INDEX).decode("utf-8-sig").splitlines()))
    assert [row[1] for row in rows[1:]] == names[:-2]
    assert rows[0] == ["序号", "文件", "标题", "形成时间", "字节", "SHA-256"]
    assert rows[1][3] == "2026-03-12T02:15:00+00:00"


def test_it_proves_itself(case: Case) -> None:
    assert problems(io.BytesIO(packed(case))) == []


def test_the_same_case_gives_the_same_bytes_and_streams(case: Case) -> None:
    chunks = list(archive(case))
    assert len(chunks) == len(case.pieces) + 2
    assert all(chunks)
    assert b"".join(chunks) == packed(case)


def test_the_facts_stand_with_their_hashes_and_the_head(case: Case) -> None:
    lines = opened(case).read(FACTS).decode().splitlines()
    assert f'"head":{{"hash":"{case.head[1]}"' in lines[0]
    assert len(lines) == 1 + 3
    assert '"subject":"E1"' in lines[1]
    assert "E2" not in "".join(lines)


def test_names_are_safe(case: Case) -> None:
    names = opened(case).namelist()
    assert not any(name.startswith("/") or ".." in name.split("/") or "\x00" in name for name in names)
    assert "08-其他/0001-etc_passwd.bin" in names


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("报告：一/二\\三*?", "报告：一_二_三"),
        ("..", "未命名"),
        ("", "未命名"),
        ("．hidden", "．hidden"),
        (".hidden", "hidden"),
        ("x" * 500, "x" * archives.NAME_CHARS_MAX),
        ("é", "é"),
    ],
)
def test_a_title_becomes_part_of_a_name(title: str, name: str) -> None:
    assert safe_name(title) == name


def test_no_cell_of_a_table_is_a_formula(case: Case) -> None:
    text = opened(case).read("06-登记和补核/0001-登记簿.csv").decode("utf-8-sig")
    assert "'=1+1" in text
    assert list(csv.reader(io.StringIO(text)))[2] == ["'=1+1", '他说"好"，\n走了']


def changed(case: Case, name: str, content: bytes | None) -> io.BytesIO:
    """The archive with one file changed, left out or added."""
    out = io.BytesIO()
    with opened(case) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for one in source.namelist():
            if one != name:
                target.writestr(one, source.read(one))
        if content is not None:
            target.writestr(name, content)
    out.seek(0)
    return out


def test_a_changed_missing_or_added_piece_is_found(case: Case) -> None:
    csv_name = "06-登记和补核/0001-登记簿.csv"
    assert problems(changed(case, csv_name, b"x")) == [f"{csv_name}: 内容已变 changed"]
    assert problems(changed(case, csv_name, None)) == [f"{csv_name}: 缺失 missing"]
    assert problems(changed(case, "09-夹带.txt", b"x")) == ["09-夹带.txt: 不在目录中 not in the index"]


def test_a_changed_fact_is_found_even_when_the_index_was_changed_too(case: Case) -> None:
    facts = opened(case).read(FACTS).decode().replace("温州", "杭州", 1)
    found = problems(changed(case, FACTS, facts.encode()))
    assert any("台账第 2 条" in one for one in found)


def test_facts_in_another_order_or_with_another_head_are_found(case: Case) -> None:
    head, *facts = opened(case).read(FACTS).decode().splitlines()
    turned = "\n".join([head, *reversed(facts)])
    assert any("次序不对" in one for one in problems(changed(case, FACTS, turned.encode())))
    cut = "\n".join([head.replace('"seq":6', '"seq":4'), *facts])
    assert any("不是链首" in one or "次序不对" in one for one in problems(changed(case, FACTS, cut.encode())))
    other = replace(case, head=(6, "0" * 64))
    assert any("不是链首" in one for one in problems(io.BytesIO(packed(other))))


def test_a_fact_made_anew_with_a_hash_of_its_own_does_not_follow_its_neighbour(case: Case) -> None:
    """Whoever changes a fact and counts its hash anew must change all that follow, up to the head noted elsewhere."""
    first, second = (ledger.Recorded(n, Fact("x:y:z", "E1", AT), "", "") for n in (1, 2))
    one = replace(first, prev=ledger.GENESIS, hash=ledger.hash_of(1, first.fact, ledger.GENESIS))
    two = replace(second, prev=one.hash, hash=ledger.hash_of(2, second.fact, one.hash))
    whole = replace(case, facts=(one, two), head=(2, two.hash))
    assert problems(io.BytesIO(packed(whole))) == []
    forged = replace(one.fact, by="别人")
    anew = replace(one, fact=forged, hash=ledger.hash_of(1, forged, ledger.GENESIS))
    assert problems(io.BytesIO(packed(replace(whole, facts=(anew, two))))) == [
        "台账第 2 条: 不接前一条 does not follow the one before"
    ]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04nothing", b"x" * 1000])
def test_what_is_no_archive_is_named(content: bytes) -> None:
    assert problems(io.BytesIO(content))[0].startswith("不是完整的卷宗")


def test_without_a_chinese_font_the_docx_is_there_and_the_note_says_why(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacks(*_: object) -> None:
        raise Unavailable("PDF", "安装 fonts-noto-cjk")

    monkeypatch.setattr(pdf, "render", lacks)
    file = opened(case)
    assert not any(name.endswith(".pdf") for name in file.namelist())
    assert any(name.endswith(".docx") for name in file.namelist())
    assert (
        "0001-关于全省网点不能以非接口方式核查事件的报告 （首报）.pdf：安装 fonts-noto-cjk"
        in file.read(READ_ME).decode()
    )
    assert problems(io.BytesIO(packed(case))) == []


def test_limits_are_kept(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="件"):
        packed(replace(case, pieces=case.pieces[-1:] * (archives.PIECES_MAX + 1)))
    monkeypatch.setattr(archives, "FACTS_MAX", 2)
    with pytest.raises(BadInput, match="事实"):
        packed(case)
    monkeypatch.setattr(archives, "PIECE_BYTES_MAX", 5)
    with pytest.raises(BadInput, match="字节"):
        packed(replace(case, pieces=case.pieces[-1:]))


def test_a_case_without_papers_is_still_an_archive(case: Case) -> None:
    assert problems(io.BytesIO(packed(replace(case, pieces=(), facts=(), notes=())))) == []


def test_pieces_of_the_same_title_do_not_overwrite_each_other(case: Case) -> None:
    twins = tuple(Piece(Folder.OTHER, "同名,\n再同名", ".txt", lambda: [b"x"]) for _ in range(3))
    names = opened(replace(case, pieces=twins)).namelist()
    assert len({name for name in names if "同名" in name}) == 3
    assert problems(io.BytesIO(packed(replace(case, pieces=twins)))) == []


def test_an_ordinary_tool_opens_it(case: Case, tmp_path) -> None:
    path = tmp_path / "case.zip"
    path.write_bytes(packed(case))
    done = subprocess.run([sys.executable, "-m", "zipfile", "-t", str(path)], capture_output=True, text=True)
    assert "Done testing" in done.stdout
