"""The whole file of an event (卷宗): reports, orders, minutes, register, evaluation and the ledger's proof as one ZIP.

    for chunk in archive(case): …        streamed: nothing is held whole but the piece in hand
    problems(stream) -> […]              what does not fit in an archive that was kept, [] when all does

The same case gives the same bytes. `目录.csv` lists every piece with its SHA-256; `台账/facts.jsonl` has the event's
facts, each with the hash that its content gives, and the head of the chain at that time.
"""

import csv
import hashlib
import hmac
import io
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from io import RawIOBase
from itertools import chain
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from hecha.edges.documents import pdf, word
from hecha.edges.store import ledger
from hecha.edges.store.ledger import Recorded, canonical
from hecha.edges.store.tables import moment_text
from hecha.flow.documents.model import Document
from hecha.kernel.errors import BadInput, Unavailable
from hecha.kernel.facts import Fact
from hecha.response.batch import safe_cell

PIECES_MAX = 5_000
PIECE_BYTES_MAX = 256 * 1024 * 1024
FACTS_MAX = 1_000_000
NAME_CHARS_MAX = 80
INDEX, FACTS, READ_ME = "目录.csv", "台账/facts.jsonl", "说明.txt"
BOM = "\ufeff"
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


class Folder(StrEnum):
    """Where a piece lies; in this order."""

    REPORTS = "01-报告"
    DECISIONS = "02-会议和决策"
    ORDERS = "03-命令和回执"
    RELEASES = "04-信息发布"
    MEASURES = "05-处置措施"
    REGISTER = "06-登记和补核"
    EVALUATION = "07-评估"
    OTHER = "08-其他"


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of the archive. `content` is asked for when its turn comes; `made`: when the paper was made."""

    folder: Folder
    title: str
    suffix: str  # .pdf, .docx, .csv …
    content: Callable[[], Iterable[bytes]]
    made: datetime | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """An event's whole file. `facts` in the order of the ledger; `head`: number and hash of the ledger's last fact."""

    event: str
    event_number: str
    dated: date
    pieces: tuple[Piece, ...]
    facts: Iterable[Recorded]
    head: tuple[int, str]
    notes: tuple[str, ...] = ()


def document_pieces(folder: Folder, document: Document, made: datetime | None = None) -> tuple[Piece, ...]:
    """A document as PDF and DOCX; where no Chinese font is installed the DOCX alone is there, and a note why."""
    title = document.title.replace("\n", " ")
    editable = Piece(folder, title, ".docx", lambda: [word.render(document)], made)
    return (Piece(folder, title, ".pdf", partial(_pdf, document), made), editable)


def csv_piece(folder: Folder, title: str, rows: Iterable[Iterable[object]]) -> Piece:
    """A table as CSV for spreadsheets; no cell is a formula."""
    return Piece(folder, title, ".csv", lambda: _csv(rows))


def _csv(rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    yield BOM.encode()
    yield from (_line(row).encode() for row in rows)


def _line(cells: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([safe_cell(cell) for cell in cells])
    return out.getvalue()


def _pdf(document: Document) -> list[bytes]:
    return [pdf.render(document).pdf]


@dataclass(frozen=True, slots=True)
class _Listed:
    name: str
    title: str
    made: str
    size: int
    digest: str


def archive(case: Case) -> Iterator[bytes]:
    """The ZIP, chunk by chunk. Raises BadInput beyond the limits."""
    if len(case.pieces) > PIECES_MAX:
        raise BadInput("pieces", f"卷宗不能超过 {PIECES_MAX} 件 too many pieces")
    sink = _Sink()
    listed: list[_Listed] = []
    missing: list[str] = []
    with ZipFile(sink, "w", ZIP_DEFLATED) as target:
        for piece, name in zip(case.pieces, _names(case.pieces), strict=True):
            try:
                listed.append(_put(target, case, name, piece.title, piece.content(), piece.made))
            except Unavailable as error:
                missing.append(f"{name}：{error.meanwhile}")
            yield sink.taken()
        listed.append(_put(target, case, FACTS, "台账事实和链首", _fact_lines(case)))
        yield sink.taken()
        _put(target, case, READ_ME, "", [_read_me(case, missing).encode()])
        _put(target, case, INDEX, "", [_index(listed).encode()])
    yield sink.taken()


def _put(
    target: ZipFile, case: Case, name: str, title: str, content: Iterable[bytes], made: datetime | None = None
) -> _Listed:
    """Write one file, bounded, with the event's day as its time."""
    info = ZipInfo(name, (max(case.dated.year, 1980), case.dated.month, case.dated.day, 0, 0, 0))
    info.compress_type, info.external_attr = ZIP_DEFLATED, 0o644 << 16
    digest, size = hashlib.sha256(), 0
    chunks = iter(content)
    first = next(chunks, b"")  # a piece that cannot be made leaves no empty file behind
    with target.open(info, "w") as file:
        for chunk in chain([first], chunks):
            size += len(chunk)
            if size > PIECE_BYTES_MAX:
                raise BadInput(name, f"单件不能超过 {PIECE_BYTES_MAX} 字节 too large", "拆成几件 split it")
            digest.update(chunk)
            file.write(chunk)
    return _Listed(name, title, "" if made is None else made.isoformat(), size, digest.hexdigest())


def _names(pieces: Iterable[Piece]) -> list[str]:
    """A safe name for each piece, numbered within its folder; the two forms of one document have one number."""
    counts: dict[Folder, int] = {}
    found: list[str] = []
    before: Piece | None = None
    for piece in pieces:
        if before is None or not _is_other_form(piece, before):
            counts[piece.folder] = counts.get(piece.folder, 0) + 1
        suffix = "." + _UNSAFE.sub("", piece.suffix).strip(". ")
        found.append(f"{piece.folder}/{counts[piece.folder]:04}-{safe_name(piece.title)}{suffix}")
        before = piece
    return found


def _is_other_form(piece: Piece, before: Piece) -> bool:
    return (piece.folder, piece.title) == (before.folder, before.title) and piece.suffix != before.suffix


def safe_name(title: str) -> str:
    """A title as part of a file's name: no path, no reserved or hidden sign, bounded."""
    name = _UNSAFE.sub("_", unicodedata.normalize("NFC", title)).strip(" ._")
    return name[:NAME_CHARS_MAX].strip() or "未命名"


def _fact_lines(case: Case) -> Iterator[bytes]:
    """The head of the chain, then one fact a line; bounded."""
    seq, digest = case.head
    yield (canonical({"head": {"seq": seq, "hash": digest}}) + "\n").encode()
    for count, one in enumerate(case.facts, 1):
        if count > FACTS_MAX:
            raise BadInput("facts", f"台账事实不能超过 {FACTS_MAX} 条 too many facts")
        yield (canonical(_fact(one)) + "\n").encode()


def _fact(one: Recorded) -> dict[str, object]:
    fact = one.fact
    names = ("kind", "subject", "by", "on_behalf_of", "clause")
    shown = {"seq": one.seq, "at": moment_text(fact.at), "data": dict(fact.data), "prev": one.prev, "hash": one.hash}
    return shown | {name: getattr(fact, name) for name in names}


def _index(listed: list[_Listed]) -> str:
    head = ("序号", "文件", "标题", "形成时间", "字节", "SHA-256")
    rows = [(at, one.name, one.title, one.made, one.size, one.digest) for at, one in enumerate(listed, 1)]
    return BOM + "".join(map(_line, [head, *rows]))


def _read_me(case: Case, missing: list[str]) -> str:
    seq, digest = case.head
    lines = [
        f"卷宗：{case.event}（{case.event_number}）",
        "",
        f"{INDEX} 列出每件的字节数和 SHA-256，可逐件核对。",
        f"{FACTS} 首行是导出时台账的末项（链首），其后每行一条事实。",
        "每条事实的 hash 是以下数组的紧凑 JSON（键排序、无空格、UTF-8）的 SHA-256：",
        "[seq, kind, subject, at, by, on_behalf_of, clause, data 的紧凑 JSON 文本, prev]",
        f"在系统中核对整条链：hecha ledger verify --anchor {seq}:{digest}",
        *(["", "未能生成：", *missing] if missing else []),
        *(["", "备注：", *case.notes] if case.notes else []),
    ]
    return "\r\n".join(lines) + "\r\n"


class _Sink(RawIOBase):
    """Where the ZIP is written; what has come is taken away chunk by chunk."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        part = bytes(data)  # type: ignore[call-overload]
        self._parts.append(part)
        return len(part)

    def taken(self) -> bytes:
        """All that was written since the last time."""
        found, self._parts = b"".join(self._parts), []
        return found


# ---- looking at one that was kept


def problems(stream: BinaryIO) -> list[str]:
    """What is wrong with an archive: pieces missing, added or changed, facts whose hash is not theirs."""
    try:
        with ZipFile(stream) as source:
            return [*_pieces_that_differ(source), *_facts_that_differ(source)]
    except (BadZipFile, KeyError, ValueError) as error:
        return [f"不是完整的卷宗 not a whole archive: {type(error).__name__}"]


def head_of(stream: BinaryIO) -> tuple[int, str]:
    """Number and hash of the ledger's last fact when it was made; of an archive that has no problems."""
    with ZipFile(stream) as source:
        top = json.loads(_read(source, FACTS).decode().splitlines()[0])["head"]
    return int(top["seq"]), str(top["hash"])


def _read(source: ZipFile, name: str) -> bytes:
    if source.getinfo(name).file_size > PIECE_BYTES_MAX:
        raise ValueError(name)
    return source.read(name)


def _pieces_that_differ(source: ZipFile) -> Iterator[str]:
    rows = csv.reader(io.StringIO(_read(source, INDEX).decode("utf-8-sig"), newline=""))
    listed = {row[1]: row[-1] for row in list(rows)[1:]}
    there = set(source.namelist()) - {INDEX, READ_ME}
    yield from (f"{name}: 缺失 missing" for name in sorted(set(listed) - there))
    yield from (f"{name}: 不在目录中 not in the index" for name in sorted(there - set(listed)))
    for name in sorted(there & set(listed)):
        if hashlib.sha256(_read(source, name)).hexdigest() != listed[name]:
            yield f"{name}: 内容已变 changed"


def _place_that_differs(before: Mapping[str, Any], one: Mapping[str, Any], top: Mapping[str, Any]) -> Iterator[str]:
    """Facts stand in the ledger's order; neighbours follow one another; the last may be the head itself."""
    if not before["seq"] < one["seq"] <= top["seq"]:
        yield f"台账第 {one['seq']} 条: 次序不对 not in the ledger's order"
    if one["seq"] == before["seq"] + 1 and not hmac.compare_digest(one["prev"], before["hash"]):
        yield f"台账第 {one['seq']} 条: 不接前一条 does not follow the one before"
    if one["seq"] == top["seq"] and not hmac.compare_digest(one["hash"], top["hash"]):
        yield f"台账第 {one['seq']} 条: 不是链首 is not the head that is named"


def _facts_that_differ(source: ZipFile) -> Iterator[str]:
    lines = _read(source, FACTS).decode().splitlines()
    top = json.loads(lines[0])["head"]
    before: dict[str, Any] = {"seq": 0, "hash": ledger.GENESIS}
    for line in lines[1:]:
        one = json.loads(line)
        yield from _place_that_differs(before, one, top)
        before = one
        moment = datetime.fromisoformat(one["at"])
        fact = Fact(one["kind"], one["subject"], moment, one["by"], one["on_behalf_of"], one["clause"], one["data"])
        if ledger.hash_of(one["seq"], fact, one["prev"]) != one["hash"]:
            yield f"台账第 {one['seq']} 条: 内容与哈希不符 its content does not give its hash"
