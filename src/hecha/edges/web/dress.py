"""Dress: what templates call to show moments, spans, places and components in the reader's language."""

import gettext
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from markupsafe import Markup, escape

from hecha.edges.web import vocabulary
from hecha.flow.picture import State
from hecha.flow.title import WHAT, name_of
from hecha.incident.event import Incident
from hecha.kernel.ids import AreaCode, BankId, OutletId, UnitId
from hecha.network.model import Network
from hecha.organization.units import HEAD_OFFICE, Units
from hecha.report.legs import ELSEWHERE

_BOTH = re.compile(r"(?P<zh>.*?[\u4e00-\u9fff）。]) (?:/ )?(?P<en>(?:\d+ )?[a-z][^\u4e00-\u9fff：]*?)(?P<named>: .*)?$")
"""Chinese, then English, then perhaps what is named."""
FLAG_OF = {"1.4.1(1)": "collapse_by_disaster", "1.4.1(2)": "staff_shortage"}
"""A group's judgement, by the clause that it makes an event."""
CHINA = timezone(timedelta(hours=8))
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Dress:
    """One language over one network. Names that have no English stand in Chinese, marked as such."""

    language: str
    words: gettext.NullTranslations
    network: Network

    def name(self, text: str) -> Markup:
        """A Chinese name: translated where the catalogue knows it, else marked as Chinese."""
        if self.language == "zh" or not text:
            return escape(text)
        translated = self.words.gettext(text)
        if translated != text:
            return escape(translated)
        return Markup('<span lang="zh-Hans">{}</span>').format(text) if not text.isascii() else escape(text)

    def plain(self, text: str) -> str:
        """The same for attributes, where no mark-up can stand."""
        return self.words.gettext(text) if text and self.language != "zh" else text

    def half(self, text: str) -> Markup:
        """The reader's half of a sentence said in both languages: "没有这家银行 no such bank: x"."""
        found = _BOTH.match(text)
        if found is None or " " not in found["en"]:
            return self.name(text)
        return self.name(found["zh" if self.language == "zh" else "en"] + (found["named"] or ""))

    def tongue(self, shown: str) -> Markup:
        """The `lang` attribute of an element (an option) whose text may be a Chinese name on an English page."""
        is_foreign = self.language != "zh" and not str(shown).isascii()
        return Markup(' lang="zh-Hans"') if is_foreign else Markup("")

    def area(self, code: str) -> Markup:
        found = self.network.areas.get(AreaCode(code))
        return self.name(found.zh) if found else escape(code)

    def bank(self, code: str) -> Markup:
        found = self.network.banks.get(BankId(code))
        return self.name(found.zh) if found else escape(code)

    def outlet(self, code: str) -> Markup:
        found = self.network.outlets.get(OutletId(code))
        return self.name(found.zh) if found else escape(code)

    def unit(self, unit: str) -> Markup:
        """A unit's name; police and other outside bodies are known by their word."""
        if unit == HEAD_OFFICE:
            return escape(self.words.gettext("人民银行总行"))
        if unit.startswith(ELSEWHERE):
            below = self.unit(unit.removeprefix(ELSEWHERE))
            return Markup(escape(self.words.gettext(vocabulary.SUPERIOR))) % {"unit": below}  # noqa: S704  # ok: escaped
        if unit in vocabulary.UNITS:
            return escape(self.words.gettext(vocabulary.UNITS[unit]))
        kind, _, key = unit.partition("/")
        if kind == "bank" and "/" in key:
            return self._bank_branch(*key.split("/", 1))
        area = self.network.areas.get(AreaCode(key)) if kind == "pbc" else None
        if area is None:
            return self.name(Units(self.network).zh(UnitId(unit)))
        return Markup(escape(self.words.gettext(vocabulary.BRANCHES[area.kind]))) % {"area": self.area(key)}  # noqa: S704  # ok: escaped

    def _bank_branch(self, bank: str, code: str) -> Markup:
        area = self.network.areas.get(AreaCode(code))
        pattern = vocabulary.BANK_BRANCHES.get(area.kind) if area is not None else None
        if pattern is None:
            return self.name(f"bank/{bank}/{code}")
        words = {"bank": self.bank(bank), "area": self.area(code)}
        return Markup(escape(self.words.gettext(pattern))) % words  # noqa: S704  # ok: escaped

    def component(self, component: str) -> Markup:
        """A component's name: shared ones by their word, others by the place they belong to."""
        kind, _, rest = component.removeprefix("ways/").partition("/")
        word = vocabulary.PARTS.get("declared" if kind == "declared" else component)
        if word:
            return escape(self.words.gettext(word))
        key, _, part = rest.partition("/")
        named = {"bank": self.bank, "outlet": self.outlet, "way": self.outlet}
        named |= dict.fromkeys(("city", "county", "data"), self.area)
        by_part = kind in ("outlet", "way") or component.startswith("ways/")
        pattern = vocabulary.PART_KINDS.get(part if by_part else kind)
        if kind not in named or pattern is None:
            return escape(component)
        return Markup(escape(self.words.gettext(pattern))) % {"name": named[kind](key)}  # noqa: S704  # ok: escaped

    def incident(self, incident: Incident) -> Markup:
        """The name of an incident; in English put together anew, unless a person has named it."""
        if self.language == "zh" or not incident.warnings:
            return self.name(incident.title)
        name = name_of(self.network, incident.extent, FLAG_OF.get("".join(incident.proposed.because[:1]), ""))
        what = self.words.gettext(WHAT[name.what])
        if name.is_everywhere:
            return escape(f"{self.words.gettext('全省')}: {what}")
        counted = [(name.cities, self.words.gettext("个地市")), (name.counties, self.words.gettext("个县（市、区）"))]
        parts = [self.area(code) for code in name.areas] + [escape(f"{count} {one}") for count, one in counted if count]
        return Markup("{}: {}").format(Markup(", ").join(parts), what)

    def state(self, state: State) -> str:
        return self.words.gettext(vocabulary.STATES[state][0])

    def part_state(self, state: State) -> str:
        return self.words.gettext(vocabulary.PART_STATES[state])

    def of(self, table: Mapping[str, str], key: str) -> str:
        """A word of one of the tables; an unknown key stands as it is."""
        return self.words.gettext(table[key]) if key in table else key

    def day(self, moment: datetime) -> str:
        """3月12日 09:04, in the province's time."""
        local = moment.astimezone(CHINA)
        if self.language == "zh":
            return f"{local.month}月{local.day}日 {local:%H:%M}"
        return f"{local.day} {_MONTHS[local.month - 1]} {local:%H:%M}"

    def clock(self, moment: datetime) -> str:
        """09:04:31, in the province's time."""
        return f"{moment.astimezone(CHINA):%H:%M:%S}"

    def text_day(self, text: str | None) -> str:
        """The same for a moment written as text, "–" for none."""
        return self.day(datetime.fromisoformat(text)) if text else "–"

    def text_clock(self, text: str | None) -> str:
        return self.clock(datetime.fromisoformat(text)) if text else "–"

    def iso(self, moment: datetime) -> str:
        return moment.astimezone(CHINA).isoformat(timespec="seconds")

    def ms(self, ms: float) -> str:
        """A latency: 7 ms, or < 1 ms."""
        return f"{ms:.0f} ms" if ms >= 1 else "< 1 ms"

    def minutes(self, minutes: int) -> str:
        return self.span(timedelta(minutes=minutes))

    def span(self, span: timedelta) -> str:
        """3 小时 12 分; whole minutes."""
        minutes = max(0, int(span.total_seconds() // 60))
        hours, rest = divmod(minutes, 60)
        hour, minute = ("小时", "分") if self.language == "zh" else ("h", "min")
        if hours and rest:
            return f"{hours} {hour} {rest} {minute}"
        return f"{hours} {hour}" if hours else f"{rest} {minute}"
