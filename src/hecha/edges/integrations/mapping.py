"""The operator's table from labels to components and areas: `home/integrations.toml`. Without it, sources name them.

[labels]
component = "hecha_component"
area = "hecha_area"

[[rule]]
label = "instance"
value = "10.8.1.11:*"
component = "front/a"
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hecha.flow.groups import Grouping
from hecha.kernel.errors import BadInput
from hecha.network.components import Components
from hecha.network.model import Network
from hecha.warning.signal import Places, Rule, Table

FILE = "integrations.toml"
RULES_MAX = 2000


def load_table(path: Path, network: Network) -> Table:
    """Read the table. Raises BadInput that names the rule and what is wrong in it."""
    if not path.exists():
        return Table()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(path.name, f"不是合格的 TOML not valid TOML: {error}") from None
    _only(path.name, given, "labels", "rule")
    labels, rules = given.get("labels", {}), given.get("rule", [])
    if not isinstance(labels, dict) or not isinstance(rules, list) or len(rules) > RULES_MAX:
        raise BadInput(path.name, f"写作 [labels] 和至多 {RULES_MAX} 个 [[rule]]")
    _only(f"{path.name} [labels]", labels, "component", "area")
    known = Components(network)
    found = tuple(_rule(f"{path.name} [[rule]] {n}", one, known) for n, one in enumerate(rules, 1))
    return Table(str(labels.get("component", "hecha_component")), str(labels.get("area", "hecha_area")), found)


def _rule(where: str, given: Any, known: Components) -> Rule:
    if not isinstance(given, dict) or any(not isinstance(value, str) for value in given.values()):
        raise BadInput(where, "各项应是文字 every value is a text")
    _only(where, given, "label", "value", "component", "area")
    rule = Rule(given.get("label", ""), given.get("value", ""), given.get("component", ""), given.get("area", ""))
    if not rule.label or not rule.value or not (rule.component or rule.area):
        raise BadInput(where, "须写明 label、value，以及 component 或 area", 'label = "instance"')
    if rule.component:
        known.needed(rule.component)
    if rule.area and rule.area not in known.network.areas:
        raise BadInput(where, f"没有地区 {rule.area} no such area", "写国标代码，如 3303")
    return rule


def _only(where: str, given: Mapping[str, Any], *known: str) -> None:
    for key in given:
        if key not in known:
            raise BadInput(where, f"没有“{key}”这一项 unknown key", "、".join(known))


def places_of(network: Network) -> Places:
    """What the network knows, for the mapping."""
    known, grouping = Components(network), Grouping(network)
    return Places(
        has_component=lambda name: bool(name) and known.place(name) is not None,
        has_area=lambda code: code in network.areas,
        subject=grouping.subject,
    )
