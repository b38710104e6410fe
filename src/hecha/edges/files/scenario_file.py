"""Scenario files: YAML or JSON, read strictly. Duplicate keys are refused, numbers keep their characters."""

import json
from collections.abc import Callable, Hashable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from hecha.edges.files.network_folder import default_paths, load_network
from hecha.flow.scenario import Scenario, read_scenario
from hecha.flow.scenario_words import Unquoted
from hecha.kernel.errors import BadInput
from hecha.kernel.ids import Access, AreaCode, Mode
from hecha.network.model import Expression, Network
from hecha.plan.model import Plan

FILE_BYTES_MAX = 32 * 1024 * 1024
DEPTH_MAX = 60


def load_scenario(name: str, plan: Plan) -> Scenario:
    """The scenario of a file. Raises BadInput; its sentence begins with the file's name."""
    path = Path(name)
    try:
        return read_scenario(_document(path), _networks_near(path, plan.left_out_cities), _paths(), plan_flags(plan))
    except BadInput as error:
        what = " ".join(f"{error.where}: {error.what}".split())
        raise BadInput(name, what, " ".join(error.suggestion.split())) from None


def plan_flags(plan: Plan) -> list[str]:
    """The flags that a plan knows, in its order."""
    flags = [rule.flag for reading in plan.readings.values() for rule in reading.events if rule.flag]
    return list(dict.fromkeys(flags))


def _networks_near(path: Path, left_out: frozenset[AreaCode]) -> Callable[[str], Network]:
    """Networks by name; a relative folder is looked for beside the scenario first."""

    def load(name: str) -> Network:
        beside = path.parent / name
        return _network(str(beside) if "/" in name and beside.is_dir() else name).without(left_out)

    return load


@cache  # ok: one network is read once by one command, however many scenarios name it
def _network(name: str) -> Network:
    return load_network(name)


@cache  # ok: the installation does not change while a command runs
def _paths() -> dict[tuple[Access, Mode], Expression]:
    return default_paths()


def _document(path: Path) -> object:
    try:
        with path.open("rb") as file:
            raw = file.read(FILE_BYTES_MAX + 1)
        words = raw.decode("utf-8-sig")
    except OSError as error:
        raise BadInput("file", f"读不了 / cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadInput("file", "不是 UTF-8 / is not UTF-8") from None
    if len(raw) > FILE_BYTES_MAX:
        raise BadInput("file", f"大于 / is larger than {FILE_BYTES_MAX // 1024 // 1024} MB")
    try:
        return _json(words) if words.lstrip().startswith("{") else _yaml(words)
    except RecursionError:
        raise BadInput("file", "嵌套太深 / is nested too deeply") from None


def _json(words: str) -> object:
    """JSON; what looks like it but is not may still be YAML."""
    try:
        return json.loads(
            words, object_pairs_hook=_pairs, parse_int=Unquoted, parse_float=Unquoted, parse_constant=Unquoted
        )
    except json.JSONDecodeError:
        return _yaml(words)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise BadInput(key, "键重复 / duplicate key")
        found[key] = value
    return found


def _yaml(words: str) -> object:
    try:
        return yaml.load(words, Loader=_Loader)  # noqa: S506  # ok: a SafeLoader that builds even less
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}" if error.problem_mark else "file"
        raise BadInput(line, f"不是 YAML / is not YAML: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise BadInput("file", f"不是 YAML / is not YAML: {error}") from None


class _Loader(yaml.SafeLoader):
    """Keeps times as they are written and numbers as their characters; refuses keys given twice."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """As inherited, but bounded."""
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise RecursionError
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """As inherited, but every key once."""
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise BadInput(
                        f"line {key.start_mark.line + 1}", f"键 {key.value} 重复 / duplicate key {key.value}"
                    )
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def _characters(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Unquoted:
    return Unquoted(node.value)


def _plain(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    return str(node.value)


_Loader.add_constructor("tag:yaml.org,2002:int", _characters)
_Loader.add_constructor("tag:yaml.org,2002:float", _characters)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _plain)
