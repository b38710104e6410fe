"""Build step: takes htmx out of the django-htmx wheel and compiles the message catalogues.

Both land inside the package (untracked), so nothing is fetched at run time.
"""

from importlib import metadata
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WEB = Path("src/hecha/edges/web")
HTMX = "django_htmx/static/django_htmx/htmx-2.min.js"


class BuildStep(BuildHookInterface):
    def initialize(self, version: str, build_data: dict) -> None:
        root = Path(self.root)
        self._take_htmx(root / WEB / "static" / "vendor")
        self._compile_catalogues(root / WEB / "locale")

    def _take_htmx(self, vendor: Path) -> None:
        source = metadata.distribution("django-htmx").locate_file(HTMX)
        vendor.mkdir(parents=True, exist_ok=True)
        (vendor / "htmx.min.js").write_bytes(Path(str(source)).read_bytes())

    def _compile_catalogues(self, locale: Path) -> None:
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        for po in sorted(locale.glob("*/LC_MESSAGES/*.po")):
            with po.open("rb") as source:
                catalogue = read_po(source, locale=po.parts[-3])
            with po.with_suffix(".mo").open("wb") as target:
                write_mo(target, catalogue)
