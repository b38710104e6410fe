"""Plans on disk: built in under `plans/`, or any folder of TOML files; and which one is live.

    load_plan("zhejiang")       read and parse, nothing more
    checked(name)               also prove it, and keep the report under home/admitted/<plan>/<digest>/
    activate(name)              the same, and make it the live one when it may be
    active_plan()               the live one; when its files are damaged, the last good one before it
    plan_in_use()               the same for commands that only read: nothing is proved, nothing is written

A plan goes live only with its report; a wrong one is refused and the last good one stays.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from hecha.edges import prover
from hecha.edges.files.official import official_text, write_json, write_whole
from hecha.edges.settings import data_root, settings
from hecha.incident.admission import Report, as_json, check
from hecha.kernel.errors import BadInput, NotThere, Refused
from hecha.plan.closeness import suggest
from hecha.plan.load import parse_plan
from hecha.plan.model import Plan

FILE_BYTES_MAX = 4_000_000
PERSON, START = "person", "start"  # who made a plan live: somebody, or a start that found nothing else
KEPT_MAX = 20  # earlier live plans that are remembered

__all__ = [
    "activate",
    "active_plan",
    "built_in_plans",
    "checked",
    "load_plan",
    "official_text",
    "plan_in_use",
    "read_plan_files",
]


def load_plan(name_or_path: str) -> Plan:
    """A built-in plan by name (`zhejiang`), or the plan of a folder. Raises BadInput naming file and line."""
    return parse_plan(read_plan_files(plan_folder(name_or_path)))


def plan_folder(name_or_path: str) -> Path:
    """Where a plan lies. A bare name is looked for among the built-in ones first."""
    if name_or_path in built_in_plans():
        return data_root() / "plans" / name_or_path
    folder = Path(name_or_path)
    if not folder.is_dir():
        raise BadInput(name_or_path, "没有这个办法，也没有这个文件夹", suggest(name_or_path, built_in_plans()))
    return folder


def built_in_plans() -> list[str]:
    """The names of the plans that come with the product."""
    return sorted(file.parent.name for file in (data_root() / "plans").glob("*/plan.toml"))


def read_plan_files(folder: Path) -> dict[str, str]:
    """`{file name: text}` of a folder's TOML files."""
    files = {file.name: _text(file) for file in sorted(folder.glob("*.toml"))}
    if not files:
        raise BadInput(str(folder), "文件夹里没有 .toml 文件", "至少要有 plan.toml")
    return files


def checked(name_or_path: str) -> tuple[Plan, Report]:
    """Parse and prove a plan, and keep its files and its report. Raises BadInput for a wrong one."""
    files = read_plan_files(plan_folder(name_or_path))
    plan, report = _proved(tuple(files.items()), with_prover=True)
    _keep(files, plan, report)
    return plan, report


def filed(files: Mapping[str, str]) -> tuple[Plan, Report, str]:
    """The same for an edited plan that somebody hands in: it is kept, and does not go live. Also gives the digest that
    names these files."""
    given = dict(sorted(files.items()))
    plan, report = _proved(tuple(given.items()), with_prover=True)
    _keep(given, plan, report)
    return plan, report, _digest(given)


def kept_folder(plan: str, digest: str) -> Path:
    """Where a plan that was proved lies, with its `report.json`. Raises NotThere when it is gone or was changed."""
    folder = _admitted() / plan / digest
    if not folder.is_dir() or _digest(read_plan_files(folder)) != digest:  # ok: names files, guards nothing
        raise NotThere("这一版办法的文件已经不在，或被改过。请重新提交 its files are gone or were changed")
    return folder


def activate(name_or_path: str, by: str = PERSON) -> tuple[Plan, Report]:
    """Make a plan the live one. Raises BadInput or Refused, and then the live one stays what it was."""
    files = read_plan_files(plan_folder(name_or_path))
    plan, report = _proved(tuple(files.items()), with_prover=by == PERSON)
    _keep(files, plan, report)
    if not report.admissible:
        way_out = "先运行 hecha plan check 看例证，改好再启用；现行的办法不变"
        raise Refused("准入", f"“{plan.zh}”没有通过核验", way_out)
    this = {"plan": plan.id, "digest": _digest(files), "by": by}
    earlier = [each for each in _history() if each["digest"] != this["digest"]]
    for pointer in _pointers():
        write_json(pointer, {"live": [this, *earlier][:KEPT_MAX]})
    return plan, report


def _keep(files: dict[str, str], plan: Plan, report: Report) -> None:
    """The exact files that were proved, and what was found."""
    folder = _admitted() / plan.id / _digest(files)
    for name, text in files.items():
        write_whole(folder / name, text.encode())
    write_json(folder / "report.json", as_json(plan, report))


@lru_cache(maxsize=8)  # ok: proofs depend on the text alone
def _proved(files: tuple[tuple[str, str], ...], with_prover: bool) -> tuple[Plan, Report]:
    plan = parse_plan(dict(files))
    report = check(plan)
    return plan, replace(report, proofs=prover.prove(plan)) if with_prover else report


def active_plan() -> Plan:
    """The live plan. Until a person activates one, it is the plan of the settings, once the small networks prove it;
    z3 adds to a report when someone asks, it does not hold up a start."""
    history = _history()
    if not history or history[0]["by"] == START:
        try:
            return _started(history)
        except (BadInput, Refused):
            if not history:
                raise
    return _last_good(history) or activate(settings().plan, by=START)[0]


def plan_in_use() -> Plan:
    """The plan that somebody has made live, else that of the settings; when its files are damaged, the last good one.
    Raises BadInput when there is none. Proves and writes nothing."""
    history = _history()
    good = _last_good(history)
    if good is not None and history[0]["by"] == PERSON:
        return good
    try:
        return load_plan(settings().plan)
    except BadInput:
        if good is None:
            raise
        return good


def _last_good(history: list[dict[str, str]]) -> Plan | None:
    """The latest live plan whose files are still what was proved."""
    return next((plan for plan in map(_admitted_plan, history) if plan is not None), None)


def _started(history: list[dict[str, str]]) -> Plan:
    """The plan of the settings as it is now; proved anew only when its files have changed."""
    name = settings().plan
    unchanged = bool(history) and history[0]["digest"] == _digest(read_plan_files(plan_folder(name)))
    known = _admitted_plan(history[0]) if unchanged else None
    return known or activate(name, by=START)[0]


def _admitted_plan(entry: dict[str, str]) -> Plan | None:
    """A plan that was live, if its files are still what was proved."""
    folder = _admitted() / entry["plan"] / entry["digest"]
    try:
        files = read_plan_files(folder)
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        whole = _digest(files) == entry["digest"] and report["admissible"] is True
        return parse_plan(files) if whole else None
    except (BadInput, OSError, ValueError, KeyError, TypeError):
        return None  # the one before it is tried


def _history() -> list[dict[str, str]]:
    """Live plans, the present one first; empty when none is known."""
    for pointer in _pointers():
        try:
            live: Any = json.loads(pointer.read_text(encoding="utf-8"))["live"]
            return [{key: str(each[key]) for key in ("plan", "digest", "by")} for each in live]
        except (OSError, ValueError, KeyError, TypeError):
            continue  # the copy is tried
    return []


def _digest(files: dict[str, str]) -> str:
    """Names the exact files that were proved."""
    whole = json.dumps(files, ensure_ascii=False, sort_keys=True).encode()
    return hashlib.sha256(whole).hexdigest()[:16]


def _admitted() -> Path:
    return settings().home / "admitted"


def _pointers() -> tuple[Path, Path]:
    """Which plans are live, and a copy of it."""
    return _admitted() / "live.json", _admitted() / "live-copy.json"


def _text(file: Path) -> str:
    if file.stat().st_size > FILE_BYTES_MAX:
        raise BadInput(file.name, f"文件太大：至多{FILE_BYTES_MAX}字节")
    content = file.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadInput(f"{file.name}:{line}", "不是 UTF-8 文字，或在一个字当中断开了", "另存为 UTF-8") from None
