"""Records of any number in the shape of the real ones: python generate.py TRIPLES OUT.nt

What does not grow with the record stays as it is: States, places, topics and other concepts, the ontology. Everything
else (sessions, meetings, documents, people, positions, sources, and the evidence, disputes and gaps about them) is
copied as often as needed. A copy points to copies: which ones turns with the number of the copy, so that records of
different copies refer to one another, and every thing keeps the number of references it has. Less than the real graph
is a part of it out of which nothing points. Everything generated keeps the rules of the shapes.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from zlib import crc32

from aalco_kg import graph
from aalco_kg.stores.shards import record_of
from aalco_kg.terms import BASE, ONTOLOGY

FIXED = {"state", "place", ""}
STEP = 1000  # a copied session or meeting has the number of the original and so much more
_OURS = re.compile(rf"<{re.escape(BASE)}([^>]*)>")
_NUMBER = re.compile(r'"(\d+)"(?=\^\^<http://www.w3.org/2001/XMLSchema#integer> \.$)')
_NUMBERED = f"<{ONTOLOGY}number>"


@cache
def records() -> dict[str, list[str]]:
    """The lines of each real record, by the first two parts of its address; '' is everything else."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in graph.as_ntriples(quad.triple for quad in graph.load().store).splitlines():
        found[record_of(line[1 : line.index(">")]) if line[0] == "<" else ""].append(line)
    return dict(found)


@cache
def references() -> dict[str, frozenset[str]]:
    """The records to which each record points."""
    return {
        name: frozenset(record_of(BASE + iri) for line in lines for iri in _OURS.findall(line)) - {name, ""}
        for name, lines in records().items()
    }


def generate(triples: int) -> Iterator[str]:
    """About so many lines of N-Triples."""
    real = sum(map(len, records().values()))
    if triples < real:
        for name in _part(triples):
            yield from records()[name]
        return
    fixed = _fixed()
    still = sum(len(lines) for name, lines in records().items() if name in fixed)
    copies = max(1, round((triples - still) / (real - still)))
    for name, lines in records().items():
        if name in fixed:
            yield from lines
        else:
            yield from _copies(name, lines, fixed, copies)


def _part(triples: int) -> list[str]:
    """Records, and whatever they point to, up to so many triples; small families first, by chance."""
    size = {name: len(lines) for name, lines in records().items()}
    chosen = _closure("")
    total = sum(size[name] for name in chosen)
    names = sorted(name for name in records() if name and not name.startswith("source/"))
    Random(53).shuffle(names)
    for name in names:
        more = _closure(name) - chosen
        if total + sum(size[each] for each in more) <= triples:
            chosen |= more
            total += sum(size[each] for each in more)
    return sorted(chosen)


def _closure(name: str) -> set[str]:
    """A record and whatever it points to, directly or not."""
    found, left = set[str](), {name}
    while left:
        found |= left
        left = {other for each in left for other in references()[each]} - found
    return found


def _fixed() -> set[str]:
    """The records that are not copied: those that do not grow, and what is pointed to from nowhere else."""
    fixed = {name for name in records() if name.partition("/")[0] in FIXED}
    pointed = {other for name, others in references().items() if name not in fixed for other in others}
    alone = {name for name in records() if name.startswith("source/") and name not in pointed}
    return fixed | alone


def _copies(name: str, lines: list[str], fixed: set[str], copies: int) -> Iterator[str]:
    """A record so many times. It is made into one text with a slot for each address or number that a copy changes."""
    slots: dict[str, int] = {}
    numbers = {number for line in lines if f" {_NUMBERED} " in line for number in _NUMBER.findall(line)}
    renamed = {iri for line in lines for iri in _OURS.findall(line) if record_of(BASE + iri) not in fixed}

    def slot(key: str) -> str:
        return "{" + str(slots.setdefault(key, len(slots))) + "}"

    text = "\n".join(lines).replace("{", "{{").replace("}", "}}")
    text = _OURS.sub(lambda match: f"<{BASE}{slot(match[1])}>" if match[1] in renamed else match[0], text)
    text = re.sub(
        _NUMBER.pattern, lambda match: f'"{slot(match[1])}"' if match[1] in numbers else match[0], text, flags=re.M
    )
    turns = {key: _turn(name, key) for key in slots if not key.isdigit()}
    for copy in range(copies):
        values = [
            str(int(key) + STEP * copy) if key.isdigit() else _renamed(key, (copy + turns[key]) % copies)
            for key in slots
        ]
        yield from text.format(*values).splitlines()


def _turn(name: str, iri: str) -> int:
    """How far the copy that is pointed to lies from the copy that points: not at all within a record."""
    other = record_of(BASE + iri)
    return 0 if other == name else crc32(f"{name} {other}".encode())


def _renamed(iri: str, copy: int) -> str:
    """The address of a copy; sessions are addressed by their number."""
    if not copy:
        return iri
    kind, slug = iri.split("/", 1)
    end = re.search(r"[/#]|$", slug).start()  # type: ignore[union-attr]
    own = slug[:end]
    new = str(int(own) + STEP * copy) if kind == "session" else f"{own}-x{copy}"
    return f"{kind}/{new}{slug[end:]}"


if __name__ == "__main__":
    with Path(sys.argv[2]).open("w", encoding="utf-8") as out:
        out.writelines(line + "\n" for line in generate(int(sys.argv[1])))
