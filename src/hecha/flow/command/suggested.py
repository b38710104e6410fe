"""What the software knows already and nobody types: the office's summary of an order, the text of a release."""

from collections.abc import Callable
from datetime import datetime

from hecha.command.order import Kind, Order
from hecha.flow.documents.frame import full_moment_zh
from hecha.incident.event import Incident

Name = Callable[[str], str]
NAMED_MAX = 5
AREAS_MAX = 5


def summary(order: Order, name: Name, at: datetime) -> str:
    """Receipts, progress, problems with suggestions and adjustments up to now, in Chinese."""
    waiting = "、".join(name(one.unit) for one in order.waiting[:NAMED_MAX])
    more = f"等{len(order.waiting)}个单位" if len(order.waiting) > NAMED_MAX else ""
    open_ = f"，未签收：{waiting}{more}" if order.waiting else ""
    lines = [
        f"截至{full_moment_zh(at)}，应签收{len(order.addressees)}个单位，已签收{len(order.receipts)}个{open_}。",
        f"收到执行情况{len(order.progress)}次，问题{len(order.problems)}个，调整{len(order.adjustments)}次。",
    ]
    lines += [f"问题：{name(one.unit)}：{one.text}{_suggests(one.suggestion)}。" for one in order.problems[-NAMED_MAX:]]
    if order.kind is Kind.END:
        done = sum(one.done is not None for one in order.undo)
        lines.append(f"临时措施应撤销{len(order.undo)}项，已撤销{done}项。")
    return "\n".join(lines)


def _suggests(suggestion: str) -> str:
    return f"（建议：{suggestion}）" if suggestion else ""


def release(incident: Incident, name: Name) -> tuple[str, str]:
    """Title and text for the public, in Chinese: what, where, since when, that business goes on, and until when."""
    codes = incident.extent.areas
    areas = "、".join(name(code) for code in codes[:AREAS_MAX]) + ("等地" if len(codes) > AREAS_MAX else "")
    where = f"{areas}部分银行网点" if codes else "全省部分银行网点"
    since = full_moment_zh(incident.occurred)
    if incident.recovered is not None:
        title = "关于联网核查公民身份信息业务恢复正常的公告"
        return title, f"{where}的联网核查公民身份信息业务已于{full_moment_zh(incident.recovered)}恢复正常。感谢理解。"
    until = f"预计{full_moment_zh(incident.estimate)}恢复。" if incident.estimate else "恢复时间另行公告。"
    return (
        "关于联网核查公民身份信息业务暂时受阻的公告",
        f"自{since}起，{where}暂时不能联网核查公民身份信息。各网点以其他方式核验身份后继续办理业务，"
        f"请携带居民户口簿、护照或驾驶证等证件。{until}",
    )
