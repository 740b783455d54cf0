"""The words of the site in each language: messages from gettext catalogues, dates, numbers, direction.

Catalogues are `locale/LANGUAGE/*.po`, a file for each part of the site; English is the language of the messages.
"""

from datetime import date
from functools import cache
from pathlib import Path

from babel.dates import format_date, format_skeleton
from babel.messages.pofile import read_po

from aalco_kg.turtle import Node

_FOLDER = Path(__file__).parent / "locale"
_RIGHT_TO_LEFT = frozenset({"ar", "fa"})


def direction(language: str) -> str:
    """`rtl` or `ltr`."""
    return "rtl" if language.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


@cache
def catalogue(language: str) -> dict[str, str]:
    """The translated messages of a language, by their English text."""
    messages: dict[str, str] = {}
    for path in sorted((_FOLDER / language).glob("*.po")):
        with path.open(encoding="utf-8") as file:
            messages |= {str(m.id): str(m.string) for m in read_po(file, locale=language) if m.id and m.string}
    return messages


def say(language: str, message: str, **values: object) -> str:
    """A message in a language, its `{placeholders}` filled; in English where it has no translation."""
    text = catalogue(language).get(message, message)
    return text.format(**values) if values else text


def day(text: str, language: str) -> str:
    """An ISO date at its own precision as people of a language write it; any other text unchanged.

    >>> day("2014-09-15", "en"), day("2014-09", "en"), day("2014", "en")
    ('15 September 2014', 'September 2014', '2014')
    """
    parts = text.split("-")
    if len(parts) not in (2, 3) or not all(part.isdigit() for part in parts) or len(parts[0]) != 4:
        return text
    locale = "en_GB" if language == "en" else language
    when = date(int(parts[0]), int(parts[1]), int(parts[2]) if len(parts) == 3 else 1)
    if len(parts) == 3:
        return format_date(when, "d MMMM y", locale=locale)
    return format_skeleton("yMMMM", when, locale=locale)


def is_date(term: Node) -> bool:
    """Whether a term is a date of any precision."""
    datatype = getattr(getattr(term, "datatype", None), "value", "")
    return datatype.endswith(("#date", "#gYearMonth", "#gYear"))
