"""How a mail looks: as text, and as HTML that any mail program shows, with our colours, one button and nothing from elsewhere."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from geo_service.words import Language


def as_text(paragraphs: list[str], action: tuple[str, str] | None, foot: list[str]) -> str:
    """The whole mail as plain text; the address of the button stands on a line of its own."""
    button = [f"{action[0]}:\n{action[1]}"] if action else []
    return "\n\n".join([*paragraphs, *button, "\n".join(["-- ", *foot])]) + "\n"


def as_html(subject: str, paragraphs: list[str], action: tuple[str, str] | None, foot: list[str], language: Language) -> str:
    """The whole mail as one HTML document; all words are escaped."""
    return _layout().render(subject=subject, paragraphs=paragraphs, action=action, foot=foot, language=language)


@cache
def _layout() -> Template:
    files = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=files, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).get_template(
        "mail.html"
    )
