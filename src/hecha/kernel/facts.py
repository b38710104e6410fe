"""A fact: one thing that happened, as the ledger keeps it. It never carries a citizen's data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Fact:
    """`kind` reads source:subject:action, e.g. `register:entry:verified`; `subject` is the id it is about."""

    kind: str
    subject: str
    at: datetime
    by: str = "system"
    on_behalf_of: str = ""
    clause: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
