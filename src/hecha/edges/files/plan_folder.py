"""Plans on disk: built in under `plans/`, or any folder of TOML files."""

from pathlib import Path

from hecha.edges.files.official import official_text
from hecha.edges.settings import data_root
from hecha.kernel.errors import BadInput
from hecha.plan.closeness import suggest
from hecha.plan.load import parse_plan
from hecha.plan.model import Plan

FILE_BYTES_MAX = 4_000_000


def load_plan(name_or_path: str) -> Plan:
    """A built-in plan by name (`zhejiang`), or the plan of a folder. Raises BadInput naming file and line."""
    return parse_plan(read_plan_files(plan_folder(name_or_path)))


def plan_folder(name_or_path: str) -> Path:
    """Where a plan lies. A bare name is looked for among the built-in ones first."""
    built_in = data_root() / "plans"
    if name_or_path in built_in_plans():
        return built_in / name_or_path
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


def _text(file: Path) -> str:
    if file.stat().st_size > FILE_BYTES_MAX:
        raise BadInput(file.name, f"文件太大：至多{FILE_BYTES_MAX}字节")
    content = file.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadInput(f"{file.name}:{line}", "不是 UTF-8 文字，或在一个字当中断开了", "另存为 UTF-8") from None


__all__ = ["built_in_plans", "load_plan", "official_text", "plan_folder", "read_plan_files"]
