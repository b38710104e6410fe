"""The sandbox's integrations: one of each kind, for the province's own monitors, with their tokens in a file."""

import json
from pathlib import Path

from hecha.edges.integrations import tokens
from hecha.flow.diagnose import province_unit
from hecha.network.model import Network

FILE = "sandbox-integrations.json"


def sandbox_integrations(network: Network, home: Path) -> dict[str, str]:
    """Name → token of each, issued once and kept in `home/sandbox-integrations.json` (0600)."""
    path = home / FILE
    if path.exists():
        kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        return kept
    keys, unit = home / "keys" / tokens.FILE, str(province_unit(network))
    issued = {str(kind): tokens.issue(keys, str(kind), kind, unit) for kind in tokens.KINDS}
    tokens.write_private(path, json.dumps(issued, indent=1))
    return issued
