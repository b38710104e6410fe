"""`/paper-entry` (纸单补录): what was done on paper during an outage is entered, slip by slip, with its time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.responses import Response

from hecha.edges.api.office import new_key
from hecha.edges.web.dress import CHINA
from hecha.edges.web.visit import Visit
from hecha.kernel.errors import BadInput
from hecha.organization.sight import Right
from hecha.response.late_entry import LATE_DAYS_MAX


async def paper_entry(visit: Visit) -> Response:
    visit.sight.require(Right.VERIFY)
    return _page(visit)


async def enter(visit: Visit) -> Response:
    """One slip; the page again, ready for the next."""
    business = {"type": visit.field("business") or "01", "reference": visit.field("reference", 80)}
    body = {
        "subject": {
            "name": visit.field("name", 64),
            "number": visit.field("number", 32),
            "card_authority": visit.field("card_authority", 60),
        },
        "business": business,
        "contact": {"telephone": visit.field("telephone", 40), "address": visit.field("address")},
        "evidence": visit.field("evidence"),
        "voucher": {"number": visit.field("voucher", 80), "copies": visit.field("copies", 80)},
        "slip": visit.field("slip", 80),
        "happened_at": _moment(visit.field("happened_at")),
    }
    return _page(visit, await visit.site.desk.register(visit.principal, body, visit.field("key")))


def _moment(text: str) -> str:
    """A form's local time is the province's. Raises BadInput."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=CHINA).isoformat()
    except ValueError:
        raise BadInput("happened_at", "请填写办理时间 when was the business done?", "照纸单填写 see the slip") from None


def _page(visit: Visit, done: Mapping[str, Any] | None = None) -> Response:
    authorities = sorted(visit.site.network.card_authorities)
    now = visit.site.clock().astimezone(CHINA)
    return visit.show(
        "paper_entry.html",
        done=done,
        authorities=authorities,
        new_key=new_key,
        latest=f"{now:%Y-%m-%dT%H:%M}",
        days=LATE_DAYS_MAX,
    )
