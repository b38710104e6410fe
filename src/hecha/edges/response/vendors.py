"""Vendor contacts of a unit, kept with a fact for each edit, so that a call in the night finds its number."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from hecha.edges.response.tables import vendors
from hecha.edges.store.store import Store
from hecha.edges.store.writer import Tx
from hecha.kernel.errors import BadInput, NotThere
from hecha.kernel.facts import Fact
from hecha.plan.runbooks import NATURES
from hecha.verification.disclosure import checked_text

VENDORS_MAX = 200
CLAUSE = "5.2.2(2)"
_TELEPHONE = re.compile(r"[0-9+][0-9+ \-#*]{2,38}")
_LIMITS = {"name": 80, "desk": 80, "contract": 120}


@dataclass(frozen=True, slots=True)
class Vendor:
    """`part` is what they are called for; `night` the number outside office hours ("" = the same)."""

    id: str
    unit: str
    name: str
    part: str
    desk: str
    telephone: str
    night: str
    contract: str
    changed_at: datetime
    changed_by: str


def of_unit(store: Store, unit: str, part: str = "") -> list[Vendor]:
    """A unit's contacts, by what they are called for."""
    query = sa.select(vendors).where(vendors.c.unit == unit, vendors.c.removed_at.is_(None))
    if part:
        query = query.where(vendors.c.part == part)
    with store.read() as connection:
        rows = connection.execute(query.order_by(vendors.c.part, vendors.c.name, vendors.c.id)).mappings()
        return [_vendor(row) for row in rows]


def put(tx: Tx, unit: str, body: Mapping[str, str], by: str, at: datetime) -> Vendor:
    """Add a contact, or change the one that `id` names. Raises BadInput naming the field, NotThere."""
    id = body.get("id", "")
    known = _known(tx, unit, id) if id else None
    if known is None and _count(tx, unit) >= VENDORS_MAX:
        raise BadInput("name", f"已有 {VENDORS_MAX} 家 too many", "请先删去不用的 remove some first")
    one = Vendor(id or f"V{secrets.token_hex(6)}", unit, **_checked(body), changed_at=at, changed_by=by)
    if known is not None and _same(known, one):
        return known
    if known is None:
        tx.connection.execute(sa.insert(vendors), asdict(one))
    else:
        tx.connection.execute(sa.update(vendors).where(vendors.c.id == one.id).values(**asdict(one)))
    action = "changed" if known else "added"
    tx.record(Fact(f"response:vendor:{action}", one.id, at, by, unit, CLAUSE, {"name": one.name, "part": one.part}))
    return one


def remove(tx: Tx, unit: str, id: str, by: str, at: datetime) -> None:
    """Take a contact off the list; its row stays."""
    known = _known(tx, unit, id)
    tx.connection.execute(sa.update(vendors).where(vendors.c.id == id).values(removed_at=at))
    tx.record(Fact("response:vendor:removed", id, at, by, unit, CLAUSE, {"name": known.name, "part": known.part}))


def _checked(body: Mapping[str, str]) -> dict[str, str]:
    found = {name: checked_text(name, body.get(name, ""), limit) for name, limit in _LIMITS.items()}
    if not found["name"]:
        raise BadInput("name", "请写厂商名称 give the vendor's name")
    part = body.get("part", "")
    if part not in NATURES:
        raise BadInput("part", "请选处置哪一类故障 choose what they are called for", "、".join(NATURES))
    for name in ("telephone", "night"):
        found[name] = body.get(name, "").strip()
        if (found[name] or name == "telephone") and not _TELEPHONE.fullmatch(found[name]):
            raise BadInput(name, "电话只用数字、空格和 + - # * not a telephone number", "0571-8700 0000")
    return found | {"part": part}


def _known(tx: Tx, unit: str, id: str) -> Vendor:
    query = sa.select(vendors).where(vendors.c.id == id, vendors.c.unit == unit, vendors.c.removed_at.is_(None))
    row = tx.connection.execute(query).mappings().first()
    if row is None:
        raise NotThere("没有这个厂商，或不在本单位的表上 no such vendor of yours")
    return _vendor(row)


def _count(tx: Tx, unit: str) -> int:
    query = sa.select(sa.func.count()).select_from(vendors)
    found = tx.connection.execute(query.where(vendors.c.unit == unit, vendors.c.removed_at.is_(None)))
    return int(found.scalar_one())


def _same(one: Vendor, other: Vendor) -> bool:
    names = ("name", "part", "desk", "telephone", "night", "contract")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _vendor(row: sa.RowMapping) -> Vendor:
    return Vendor(**{name: row[name] for name in Vendor.__dataclass_fields__})
