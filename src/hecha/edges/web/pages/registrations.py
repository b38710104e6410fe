"""`/registrations/{id}` an entry, its slip and its certificate; `/differences` what a person must settle."""

from starlette.responses import Response

from hecha.edges.api.office import new_key
from hecha.edges.web.visit import Visit
from hecha.organization.sight import Right


async def entry(visit: Visit) -> Response:
    found = await visit.site.desk.entry(visit.principal, visit.request.path_params["id"])
    return visit.show("registration.html", entry=found, new_key=new_key)


async def slip(visit: Visit) -> Response:
    found = await visit.site.desk.slip(visit.principal, visit.request.path_params["id"])
    return visit.show("slip.html", slip=found)


async def differences(visit: Visit) -> Response:
    visit.sight.require(Right.SETTLE)
    page = visit.site.desk.to_check(visit.principal, cursor=visit.query("after"))
    return visit.show("differences.html", page=page, backlog=visit.site.desk.backlog(visit.principal), new_key=new_key)


async def settle(visit: Visit) -> Response:
    id = visit.request.path_params["id"]
    await visit.site.desk.settle(visit.principal, id, visit.field("how"), visit.field("key"))
    return visit.go("/differences")


async def unreached(visit: Visit) -> Response:
    await visit.site.desk.unreached(visit.principal, visit.request.path_params["id"], visit.field("key"))
    return visit.go("/differences")


async def certify(visit: Visit) -> Response:
    id = visit.request.path_params["id"]
    await visit.site.desk.certify(visit.principal, id, visit.field("key"))
    return visit.go(f"/registrations/{id}/certificate")


async def certificate(visit: Visit) -> Response:
    """The certificate for the police, to be printed; the whole number stands on it, so each look is a fact."""
    found = await visit.site.desk.certificate(visit.principal, visit.request.path_params["id"])
    return visit.show("certificate.html", slip=found, days=visit.site.desk.office.terms.certificate_days)
