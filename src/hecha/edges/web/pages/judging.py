"""The part of `/declare` for judgements (认定), 1.4.1(1) and (2): the province's group makes and ends them."""

from hecha.edges.web.visit import Visit


async def judge(visit: Visit) -> None:
    """Make a judgement, or end it; the button says which."""
    on = visit.field("act") == "make"
    await visit.site.loop.flag(visit.principal, visit.field("flag", 60), on, visit.field("reason"))
