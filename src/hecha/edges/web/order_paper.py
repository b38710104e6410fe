"""Orders, receipts to fill in, call lists and releases as paper, in Chinese."""

import gettext
from collections.abc import Callable, Iterable
from datetime import datetime

from markupsafe import Markup

from hecha.command.order import Order
from hecha.edges.command.desk import OrderLook, ReleaseLook
from hecha.edges.web.dress import Dress
from hecha.edges.web.order_words import KINDS
from hecha.flow.command.read_back import code_of
from hecha.flow.documents.calls import CallListPaper, CallRow, call_list_document
from hecha.flow.documents.frame import Frame, day_of
from hecha.flow.documents.model import Document
from hecha.flow.documents.order import order_document, receipt_document
from hecha.flow.documents.order_of import POSTS, addressees_of, order_paper, release_paper
from hecha.flow.documents.release import approval_document, release_document
from hecha.kernel.errors import NotThere
from hecha.network.model import Network

PUBLISHER = "支付结算部门"
OFFICE = "应急处置领导小组办公室"
GROUP = "应急处置领导小组"


def name_in(network: Network) -> Callable[[str], str]:
    """How a unit is called in Chinese."""
    dress = Dress("zh", gettext.NullTranslations(), network)

    def name(unit: str) -> str:
        shown = dress.unit(unit)
        return shown.unescape() if isinstance(shown, Markup) else shown

    return name


def order_papers(look: OrderLook, network: Network, now: datetime) -> tuple[Document, Document]:
    """The order and the receipt to return, as it stands. Raises NotThere for who does not read the whole order."""
    if look.resolution is None:
        raise NotThere("命令所依据的决策不在这里 the resolution behind it is not here")
    order, name = look.order, name_in(network)
    frame = Frame(
        issuer=name(order.unit) + GROUP,
        dated=day_of(order.published or now),
        branch=True,
        number=order.number,
        addressees=addressees_of(order, name),
        trace=order.id,
    )
    paper = order_paper(order, look.resolution, look.incident, look.plan, name, name(order.unit) + PUBLISHER, frame)
    return order_document(paper), receipt_document(paper)


def call_list(look: OrderLook, rows: Iterable[CallRow], network: Network, now: datetime) -> Document:
    """Who has not acknowledged, which number, what is to be read back."""
    order, name = look.order, name_in(network)
    subject = f"{KINDS[order.kind.value]}　{order.number}"
    frame = Frame(name(order.unit) + OFFICE, day_of(now), trace=order.id)
    text = f"请签收{subject}，读回单子上该单位的读回码。{order.text}"
    return call_list_document(CallListPaper(frame, subject, now, tuple(rows), text, len(order.receipts)))


def call_row(order: Order, key: str, person: str, numbers: Iterable[str], network: Network) -> CallRow:
    """One line of the list: the unit (or department), whom to ring, the code to be read back."""
    one, name = order.addressee(key), name_in(network)
    assert one is not None
    unit = name(one.unit) + (POSTS.get(one.post, one.post) if one.post else "")
    return CallRow(unit, person, tuple(numbers), f"签收命令，读回码 {code_of(order, key)}", order.published)


def release_papers(look: ReleaseLook, network: Network, now: datetime) -> tuple[Document, Document]:
    """What is published, and the sheet of approval that stays in the file."""
    one, name = look.release, name_in(network)
    frame = Frame(name(one.unit) + GROUP, day_of(one.published or now), branch=True, trace=one.id)
    paper = release_paper(one, name, name(one.unit) + PUBLISHER, frame)
    return release_document(paper), approval_document(paper)
