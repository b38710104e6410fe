"""What was answered under a client's key (幂等键): same key and payload, same answer; another payload is a Conflict."""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from hecha.edges.store.tables import replies
from hecha.edges.store.writer import Tx
from hecha.kernel.errors import Conflict

KEPT = timedelta(days=7)


def replay(tx: Tx, institution: str, key: str, route: str, payload: bytes) -> dict[str, Any] | None:
    """The stored answer, `None` for a new key. `payload` is a keyed digest. Raises Conflict for another payload."""
    row = tx.connection.execute(
        select(replies).where(replies.c.institution == institution, replies.c.key == key)
    ).first()
    if row is None:
        return None
    if row.route != route or not hmac.compare_digest(row.payload, payload):
        raise Conflict("同一幂等键已用于另一内容，请换新的键 (this Idempotency-Key was used for another payload)")
    answer: dict[str, Any] = json.loads(row.response)
    return answer


def keep(
    tx: Tx, institution: str, key: str, route: str, payload: bytes, response: Mapping[str, Any], at: datetime
) -> None:
    """Store an answer (never a citizen's data) under a new key."""
    row = {"institution": institution, "key": key, "route": route, "payload": payload, "at": at}
    tx.connection.execute(insert(replies), row | {"response": json.dumps(dict(response), ensure_ascii=False)})


def forget(tx: Tx, now: datetime) -> None:
    """Drop answers older than a week."""
    tx.connection.execute(delete(replies).where(replies.c.at < now - KEPT))
