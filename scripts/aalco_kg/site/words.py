"""The words of the site in each language: messages from gettext catalogues, dates, numbers, direction.

Catalogues are `locale/LANGUAGE/*.po`, a file for each part of the site; English is the language of the messages. What
`record.po` holds are no messages but texts of the record, in the editors' own words, that have a translation.
"""

import re
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.messages.pofile import read_po

from aalco_kg.turtle import Node

_FOLDER = Path(__file__).parent / "locale"
_RECORD = "record.po"
_FIGURE = re.compile(r"\d[\d.,/]*\d|\d")
_RIGHT_TO_LEFT = frozenset({"ar", "fa"})

# What changes the direction of text, and other invisible control characters.
_CONTROLS = re.compile("[\u0000-\u001f\u007f-\u009f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")

# Vocabularies that things are linked to, by the beginning of their addresses.
_ELSEWHERE = {
    "http://www.wikidata.org/entity/": "Wikidata",
    "http://publications.europa.eu/resource/authority/country/": "EU country list",
    "https://sws.geonames.org/": "GeoNames",
    "http://zbw.eu/stw/descriptor/": "STW",
    "http://www.yso.fi/onto/yso/": "YSO",
    "http://eurovoc.europa.eu/": "EuroVoc",
    "http://metadata.un.org/thesaurus/": "UNBIS",
}


def direction(language: str) -> str:
    """`rtl` or `ltr`."""
    return "rtl" if language.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


@cache
def catalogue(language: str) -> dict[str, str]:
    """The translated messages of a language, by their English text."""
    messages: dict[str, str] = {}
    for path in sorted((_FOLDER / language).glob("*.po")):
        if path.name != _RECORD:
            messages |= _read(path, language)
    return messages


@cache
def recorded(language: str) -> dict[str, str]:
    """The texts of the record that have a translation, by their English; a `#` in both stands for a figure."""
    path = _FOLDER / language / _RECORD
    return _read(path, language) if path.exists() else {}


def _read(path: Path, language: str) -> dict[str, str]:
    with path.open(encoding="utf-8") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale=language) if m.id and m.string}


@lru_cache(1 << 12)
def translated(text: str, language: str) -> str | None:
    """A text of the record in another language; None where it has no translation.

    >>> translated("paragraph 1.3", "ar"), translated("no such words", "ar")
    ('الفقرة 1.3', None)
    """
    known = recorded(language)
    if text in known:
        return known[text]
    figures = iter(_FIGURE.findall(text))
    form = known.get(_FIGURE.sub("#", text))
    return re.sub("#", lambda _: next(figures), form) if form else None


def say(language: str, message: str, **values: object) -> str:
    """A message in a language, its `{placeholders}` filled; in English where it has no translation."""
    text = catalogue(language).get(message, message)
    return text.format(**values) if values else text


@lru_cache(1 << 14)
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


@lru_cache(1 << 12)
def days(start: str, end: str, language: str) -> str:
    """The days from a first to a last, each at its own precision.

    >>> days("2014-09-15", "2014-09-18", "en"), days("2014-09-29", "2014-10-03", "en"), days("2014", "2015", "en")
    ('15–18 September 2014', '29 September – 3 October 2014', '2014 – 2015')
    """
    if start == end:
        return day(start, language)
    if len(start) == len(end) == 10 and start[:7] == end[:7]:
        return f"{int(start[8:])}–{day(end, language)}"
    first = day(start, language)
    if len(start) > 4 and len(end) > 4 and start[:4] == end[:4]:
        first = first.removesuffix(start[:4]).rstrip()
    return f"{first} – {day(end, language)}"


@cache
def language_name(code: str, language: str) -> str:
    """The name of a language in another, else its code.

    >>> language_name("fa", "en"), language_name("mul", "en")
    ('Persian', 'Multiple languages')
    """
    try:
        return str(Locale.parse(language).languages.get(code, code))
    except UnknownLocaleError:
        return code


def plain(text: str, most: int = 160) -> str:
    """Text for places that know no markup, such as a title: without control characters, and not too long.

    >>> plain("a\\u202eb\\nc")
    'a b c'
    """
    text = " ".join(_CONTROLS.sub(" ", text).split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def shortened(text: str, most: int = 56) -> str:
    """Text cut after a word, with an ellipsis, when it is longer than `most` characters.

    >>> shortened("Professor Huang Zhixiong participates", 20)
    'Professor Huang…'
    """
    if len(text) <= most:
        return text
    return (text[:most].rpartition(" ")[0] or text[:most]).rstrip(",;:،. ") + "…"


def elsewhere(iri: str) -> str | None:
    """How a concept or thing of a vocabulary we link to is called; None for any other address.

    >>> elsewhere("http://www.wikidata.org/entity/Q148")
    'Wikidata Q148'
    """
    for start, name in _ELSEWHERE.items():
        if iri.startswith(start) and len(iri) > len(start):
            return f"{name} {iri[len(start) :].strip('/')}"
    return None


def bare(iri: str) -> str:
    """A web address as people write it, not too long.

    >>> bare("https://www.aalco.int/Cyberspace")
    'aalco.int/Cyberspace'
    """
    text = iri.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
    return text if len(text) <= 60 else text[:59] + "…"


def is_date(term: Node) -> bool:
    """Whether a term is a date of any precision."""
    datatype = getattr(getattr(term, "datatype", None), "value", "")
    return datatype.endswith(("#date", "#gYearMonth", "#gYear"))
