"""Folding: text as it is compared, whatever its case, accents or Arabic spelling."""

import re
import unicodedata

# Arabic letters that are written one for another: alif with hamza or wasla, alif maqsura, ta marbuta; and the
# apostrophes and dashes of print.
_ALIKE = str.maketrans("أإآٱىة’‘ʼ`´–—‑", "اااايه'''''---")

# Accents of Latin letters; vowel signs, hamzas and the lengthening stroke of Arabic.
_MARKS = re.compile("[\u0300-\u036f\u064b-\u0655\u0670\u0640]")


def fold(text: str) -> str:
    """Text without case, accents, Arabic vowel signs and doubled blanks, for comparison.

    >>> fold("Türkiye")
    'turkiye'
    """
    bare = _MARKS.sub("", unicodedata.normalize("NFD", text.translate(_ALIKE).casefold()))
    return " ".join(unicodedata.normalize("NFC", bare).split())


def sorting(text: str) -> str:
    """A name as it is sorted: folded, without an article or a mark before it.

    >>> sorting("The Hague")
    'hague'
    """
    folded = fold(text).lstrip("'\"“”«»()[] ")
    for article in ("the ", "ال"):
        if folded.startswith(article) and len(folded) > len(article) + 1:
            return folded[len(article) :]
    return folded
