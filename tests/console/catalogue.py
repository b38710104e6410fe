"""Every message that pages can show, as Babel finds them in templates, pages and tables."""

from pathlib import Path

from babel.messages.extract import extract_from_dir

import hecha
from hecha.organization import sight

SOURCE = Path(hecha.__file__).parent
WEB = SOURCE / "edges" / "web"
METHODS = [("**/templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
OPTIONS = {"**/templates/**.html": {"trimmed": "false", "extensions": "jinja2.ext.do", "silent": "false"}}


def messages() -> set[str]:
    """All messages of the console, and the refusals that the organisation speaks."""
    found = extract_from_dir(str(WEB), METHODS, OPTIONS, KEYWORDS)
    texts = {text for _, _, message, _, _ in found for text in ([message] if isinstance(message, str) else message)}
    spoken = {part for parts in sight._REASONS.values() for part in parts[1:]}
    return texts | spoken
