"""The inbox as an Atom feed (RFC 4287), under a secret address of each person's own. Titles only."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from xml.etree import ElementTree

import sqlalchemy as sa

from hecha.edges.notify.outbox import Message
from hecha.edges.notify.tables import feeds
from hecha.edges.notify.words import title
from hecha.edges.store.writer import Tx
from hecha.kernel.facts import Fact

ENTRIES_MAX = 50
MEDIA_TYPE = "application/atom+xml; charset=utf-8"
_ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def open_feed(tx: Tx, account: str, at: datetime) -> str:
    """A new secret for an account's feed; the old address ends. It is told once, and only its hash is kept."""
    token = secrets.token_urlsafe(32)
    tx.connection.execute(sa.delete(feeds).where(feeds.c.account == account))
    tx.connection.execute(sa.insert(feeds).values(account=account, token_hash=_hash(token), at=at))
    tx.record(Fact("notice:feed:opened", account, at, by=account))
    return token


def close_feed(tx: Tx, account: str, at: datetime) -> bool:
    """End an account's feed. False when there was none."""
    if tx.connection.execute(sa.delete(feeds).where(feeds.c.account == account)).rowcount == 0:
        return False
    tx.record(Fact("notice:feed:closed", account, at, by=account))
    return True


def account_of(connection: sa.Connection, token: str) -> str | None:
    """Whose feed a secret opens."""
    found = connection.execute(sa.select(feeds.c.account).where(feeds.c.token_hash == _hash(token))).scalar()
    return None if found is None else str(found)


def has_feed(connection: sa.Connection, account: str) -> bool:
    return connection.execute(sa.select(feeds.c.account).where(feeds.c.account == account)).first() is not None


def atom(messages: Sequence[Message], account: str, address: str, now: datetime, language: str = "zh") -> bytes:
    """The feed of these messages, as they stand."""
    root = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": "en" if language == "en" else "zh-Hans"})
    _line(root, "title", "Notices" if language == "en" else "应急通知")
    _line(root, "id", f"urn:hecha:inbox:{account}")
    _line(root, "updated", max((one.at for one in messages), default=now).isoformat())
    ElementTree.SubElement(root, "link", {"href": f"{address}/inbox"})
    author = ElementTree.SubElement(root, "author")
    _line(author, "name", "核查 Hecha")
    for one in messages:
        entry = ElementTree.SubElement(root, "entry")
        _line(entry, "title", title(one.what, language))
        _line(entry, "id", f"urn:hecha:notice:{one.id}:{one.revision}")
        _line(entry, "updated", one.at.isoformat())
        _line(entry, "summary", one.clause)
        ElementTree.SubElement(entry, "link", {"href": f"{address}/inbox/{one.id}"})
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _line(parent: ElementTree.Element, name: str, text: str) -> None:
    """Characters that XML cannot carry are left out."""
    ElementTree.SubElement(parent, name).text = _NOT_XML.sub("", text)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()  # 256 random bits: no key and no salt are needed
