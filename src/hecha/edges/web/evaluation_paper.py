"""An evaluation as paper (5.4): figures, causes, lessons, improvements in Chinese, to be printed and signed."""

import gettext
from datetime import datetime

from markupsafe import Markup

from hecha.edges.evaluation.desk import Look
from hecha.edges.web.dress import Dress
from hecha.edges.web.duty_pages import DUTIES
from hecha.flow.documents.evaluation import evaluation_document
from hecha.flow.documents.evaluation_of import evaluation_paper
from hecha.flow.documents.frame import Frame, day_of
from hecha.flow.documents.model import Document
from hecha.kernel.errors import NotThere
from hecha.network.model import Network

OFFICE = "应急处置领导小组办公室"


def document(look: Look, network: Network, now: datetime) -> Document:
    """The document of one review, signed or not. Raises NotThere for who may read only what they are to improve."""
    if look.told is None:
        raise NotThere("这份评估由评估单位和上级查阅。您可以查看本单位要落实的改进")
    dress, review, told = Dress("zh", gettext.NullTranslations(), network), look.review, look.told

    def name(unit: str) -> str:
        shown = dress.unit(unit)
        return shown.unescape() if isinstance(shown, Markup) else shown

    frame = Frame(
        issuer=name(review.unit) + OFFICE,
        dated=day_of(review.signed or now),
        branch=True,
        signer=review.signed_name,
        trace=review.id,
    )
    seq, digest = told.through
    return evaluation_document(
        evaluation_paper(
            review,
            told.figures,
            told.accounts,
            told.incident,
            look.plan,
            frame,
            name,
            _level(look),
            DUTIES,
            proof=f"台账第{seq}条（哈希{digest[:16]}…）",
        )
    )


def _level(look: Look) -> str:
    peak = look.incident.peak
    return look.plan.level(peak).zh if peak is not None else "未定级"
