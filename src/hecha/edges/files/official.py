"""The official words of a plan (原文), as the operator has attached them: one JSON file a plan under home."""

import json
import os
from pathlib import Path
from typing import Any

from hecha.edges.settings import settings
from hecha.kernel.errors import BadInput, NotThere
from hecha.kernel.ids import ClauseId
from hecha.plan.attach import TEXT_CHARACTERS_MAX, Attached, attach
from hecha.plan.model import Plan

_ENCODINGS = ("utf-8-sig", "gb18030")
_NOT_TEXT = (b"PK", b"%PDF", b"\xd0\xcf\x11\xe0")


def official_text(plan_id: str) -> dict[ClauseId, str]:
    """The official words by clause, headings included; empty when none have been attached."""
    file = _file(plan_id)
    if not file.is_file():
        return {}
    try:
        texts = json.loads(file.read_text(encoding="utf-8"))["texts"]
        return {ClauseId(clause): str(text) for clause, text in texts.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(str(file), "附上的原文已损坏", "重新运行 hecha plan attach") from error


def attach_file(plan: Plan, path: str) -> Attached:
    """Split a plain-text file by clause and keep it, whole or not at all. Raises NotThere or BadInput."""
    attached = attach(plan, read_plain_text(Path(path)))
    write_json(_file(plan.id), {"plan": plan.id, "preamble": attached.preamble, "texts": attached.texts})
    return attached


def read_plain_text(path: Path) -> str:
    """A text in UTF-8 or GB 18030. Word and PDF files are refused with the way out."""
    if not path.is_file():
        raise NotThere(f"{path}: 没有这个文件 (no such file)")
    if path.stat().st_size > 4 * TEXT_CHARACTERS_MAX:
        raise BadInput(str(path), "文件太大", f"至多{TEXT_CHARACTERS_MAX}个字")
    content = path.read_bytes()
    if content.startswith(_NOT_TEXT):
        raise BadInput(str(path), "这不是纯文本", "用 Word 或阅读器另存为“纯文本”再附")
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput(str(path), "既不是 UTF-8，也不是 GB 18030", "另存为 UTF-8")


def write_json(file: Path, content: dict[str, Any]) -> None:
    """Replace a file at once: readers see the old one or the new one, never a half."""
    write_whole(file, json.dumps(content, ensure_ascii=False, indent=1).encode())


def write_whole(file: Path, content: bytes) -> None:
    """Written beside, synced, then moved over the old one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    with beside.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _file(plan_id: str) -> Path:
    return settings().home / "official" / f"{plan_id}.json"
