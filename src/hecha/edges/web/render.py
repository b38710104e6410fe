"""Templates: one Jinja environment per language, with the helpers that pages call."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from hecha.edges.notify import words as notify_words
from hecha.edges.web import duty_pages, menu, notice_words, vocabulary
from hecha.edges.web.dress import Dress
from hecha.edges.web.views import Views
from hecha.edges.web.words import LANGUAGES, words
from hecha.flow.picture import State
from hecha.kernel.ids import Mode
from hecha.network.model import Network
from hecha.organization.sight import Right, is_shared
from hecha.response import step_words

if TYPE_CHECKING:
    from hecha.edges.web.visit import Visit

HERE = Path(__file__).parent
STATIC = HERE / "static"


class Renderer:
    """Renders templates in the visit's language."""

    def __init__(self, network: Network) -> None:
        self.views = Views(network)
        self.dress = {language: Dress(language, words(language), network) for language in LANGUAGES}
        self._environments = {language: _environment(dress) for language, dress in self.dress.items()}

    def text(self, template: str, visit: "Visit", context: Mapping[str, Any]) -> str:
        environment = self._environments[visit.language]
        return environment.get_template(template).render(visit=visit, now=visit.site.clock(), **context)

    def response(self, template: str, visit: "Visit", context: Mapping[str, Any], status: int) -> Response:
        return HTMLResponse(self.text(template, visit, context), status)


def _environment(dress: Dress) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.install_gettext_translations(dress.words, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(
        dress=dress,
        words=vocabulary,
        say_step=step_words.say,
        notice_words=notice_words,
        notice_title=lambda what: notify_words.title(what, dress.language),
        State=State,
        Mode=Mode,
        Right=Right,
        is_shared=is_shared,
        menu=menu.shown,
        duty_words=duty_pages.DUTIES,
        asset=_assets().__getitem__,
        html_language=LANGUAGES[dress.language],
    )
    return environment


def _assets() -> dict[str, str]:
    """The address of each static file, with a mark of its content so that browsers may keep it."""
    found = {}
    for path in sorted(STATIC.rglob("*.*")):
        name = path.relative_to(STATIC).as_posix()
        found[name] = f"/static/{name}?v={hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"
    return found
