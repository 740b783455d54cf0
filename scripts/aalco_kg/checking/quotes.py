"""Whether the words that records quote stand in their sources, for whoever has the texts of these at hand.

A text is a file named after its source: `aalco-cyberspace-page.html` is that of source/aalco-cyberspace-page.
Nothing is fetched; a source without a text is neither right nor wrong.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from aalco_kg import turtle
from aalco_kg.checking import Finding
from aalco_kg.errors import UserError, did_you_mean
from aalco_kg.files import data_files, ontology_files, read_text, shown
from aalco_kg.terms import BASE, ONTOLOGY, compact

SUFFIXES = (".txt", ".md", ".html", ".htm")
_QUOTE, _SOURCE = ox.NamedNode(ONTOLOGY + "quote"), ONTOLOGY + "source"


@dataclass(frozen=True, order=True)
class Quotation:
    """Words that a record gives as those of a source (its slug), at a line of a file.

    `text` is where they were looked for, empty when there is no text of the source; `found` whether they stand there.
    """

    file: str
    line: int
    record: str
    words: str
    source: str
    text: str = ""
    found: bool = False

    def finding(self) -> Finding:
        """What to mend when the words were not found."""
        what = f"“{self.words}” does not stand in {self.text}. Write aalco:quote as it stands there, or remove it."
        return Finding(self.file, self.line, self.record, what, "quote", compact(_QUOTE.value), self.words)


def look_up(folder: Path, files: Iterable[Path] = ()) -> list[Quotation]:
    """The quotations of `files` (by default of all records), looked up in the texts that `folder` holds.

    White space may differ, and the form of quotation marks, apostrophes and dashes; nothing else.
    Raises UserError when the folder cannot be read or holds the text of no source.
    """
    texts: dict[str, dict[str, str]] = {}
    for path in _texts(folder):
        if path.stem in _slugs():
            texts.setdefault(path.stem, {})[shown(path)] = plain(body(path))
    if not texts:
        raise UserError(f"{folder} holds the text of no source.", f"Name a file {min(_slugs())}.txt, for example.")
    quotations = [item for path in files or ontology_files() + data_files() for item in _quotations(path)]
    return sorted(_looked_up(quotation, texts.get(quotation.source, {})) for quotation in quotations)


def _looked_up(quotation: Quotation, texts: dict[str, str]) -> Quotation:
    where = [name for name, text in texts.items() if stands_in(quotation.words, text)]
    return replace(quotation, text=where[0] if where else " or ".join(texts), found=bool(where))


def strangers(folder: Path) -> list[str]:
    """What is wrong with the name of each text that bears the name of no source, in a sentence."""
    wrong = [path for path in _texts(folder) if path.stem not in _slugs()]
    return [f"{shown(path)} bears the name of no source. {did_you_mean(path.stem, _slugs())}".strip() for path in wrong]


def _texts(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file())
    except OSError as error:
        raise UserError(f"{folder} cannot be read: {error.strerror}.", "Name a folder with texts.") from None


@cache
def _slugs() -> set[str]:
    return {path.stem for path in data_files() if path.parent.name == "source"}


def _quotations(path: Path) -> list[Quotation]:
    text = read_text(path)
    triples = turtle.parse(path, text)
    sources = {t.subject: cast(ox.NamedNode, t.object).value for t in triples if t.predicate.value == _SOURCE}
    found = []
    for triple in triples:
        if triple.predicate == _QUOTE:
            record, words = cast(ox.NamedNode, triple.subject).value, cast(ox.Literal, triple.object).value
            source = sources.get(triple.subject, "").removeprefix(BASE + "source/")
            line = turtle.line_of(text, record, _QUOTE.value)
            found.append(Quotation(shown(path), line, compact(record), words, source))
    return found


def body(path: Path) -> str:
    """The text of a file, without its markup when it is Markdown or HTML. Raises UserError when it cannot be read."""
    text = read_text(path)
    if path.suffix.lower() == ".txt":
        return text
    from bs4 import BeautifulSoup

    if path.suffix.lower() == ".md":
        from markdown_it import MarkdownIt

        text = MarkdownIt().enable("table").render(text)
    soup = BeautifulSoup(text, "html.parser")
    # Markup may cut a word in two, and may be all that parts two words: a quotation may stand in either reading.
    return soup.get_text() + "\n" + soup.get_text(" ")


_ALIKE = str.maketrans(
    {**dict.fromkeys("‘’‚‛′ʼ`´", "'"), **dict.fromkeys("“”„‟″«»", '"'), **dict.fromkeys("‐‑‒–—―−", "-")}
)
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")  # soft hyphens, joiners and marks of direction
_IDEOGRAPH = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
_BETWEEN_IDEOGRAPHS = re.compile(rf"(?<={_IDEOGRAPH})\s+(?={_IDEOGRAPH})")


def plain(text: str) -> str:
    """Text as it is compared: single blanks, straight quotation marks and hyphens, nothing invisible.

    >>> plain("AALCO’s  “Special\\nStudy”, 2014–2017")
    'AALCO\\'s "Special Study", 2014-2017'
    """
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", text)).translate(_ALIKE)
    return " ".join(_BETWEEN_IDEOGRAPHS.sub("", text).split())  # ideographs are written without blanks


def stands_in(words: str, text: str) -> bool:
    """Whether the words stand in a plain text, and not as part of a longer word or number.

    >>> stands_in("India", "Indiana"), stands_in("India", "in India.")
    (False, True)
    """
    sought = plain(words)
    before, after = (_edge(character) for character in (sought[:1], sought[-1:]))
    return bool(re.search(f"(?<!{before}){re.escape(sought)}(?!{after})" if sought else "(?!)", text))


def _edge(character: str) -> str:
    """What may not stand next to a quotation that begins or ends with this character."""
    for kind in ("[A-Za-zÀ-ɏ]", "[0-9]"):
        if re.match(kind, character):
            return kind
    return r"(?!)"
