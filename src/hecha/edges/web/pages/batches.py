"""`/batches` (批量核查): upload a file of up to 10,000 rows, watch its progress, take the results."""

from starlette.datastructures import UploadFile
from starlette.responses import Response

from hecha.edges.api.office import new_key
from hecha.edges.web.visit import Visit
from hecha.kernel.errors import BadInput
from hecha.organization.sight import Right


async def batches(visit: Visit) -> Response:
    visit.sight.require(Right.BATCH)
    page = visit.site.desk.batches(visit.principal, cursor=visit.query("after"))
    outlets = [] if visit.principal.outlet else _outlets(visit)
    return visit.show("batches.html", page=page, outlets=outlets, new_key=new_key)


async def submit(visit: Visit) -> Response:
    file = visit.form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise BadInput("file", "没有选择文件", "请选择 CSV 或装有一个 CSV 的 ZIP")
    body = {"business": visit.field("business") or "01"}
    if outlet := visit.field("outlet"):
        body["outlet"] = outlet
    content = await file.read()
    done = await visit.site.desk.batch(visit.principal, file.filename, content, body, visit.field("key"))
    return visit.go(f"/batches/{done['id']}")


async def batch(visit: Visit) -> Response:
    return visit.show(
        "batch.html", one=visit.site.desk.batch_progress(visit.principal, visit.request.path_params["id"])
    )


async def results(visit: Visit) -> Response:
    id = visit.request.path_params["id"]
    text = await visit.site.desk.batch_results(visit.principal, id)
    headers = {"content-disposition": f'attachment; filename="{id}.csv"'}
    return Response(text.encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


def _outlets(visit: Visit) -> list[str]:
    """The outlets of the own bank, for people who do not sit at one."""
    return [outlet.id for outlet in visit.site.network.outlets.values() if visit.sight.sees_outlet(outlet.id)]
