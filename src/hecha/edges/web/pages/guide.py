"""`/guide`: one page of help for each role."""

from starlette.responses import Response

from hecha.edges.web.visit import Visit


async def guide(visit: Visit) -> Response:
    return visit.show("guide.html")
