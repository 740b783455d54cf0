"""Canonical Turtle: one way to write a record, whatever the order of triples in the input.

Subjects are sorted by address, so that evidence (`#e1`), disputes (`#d1`) and gaps (`#g1`) stand right below
the thing they are about. Properties follow `sh:order` of the shapes. `parse` reads with line numbers, `fmt`
writes. There are no comments in the canonical form: what one would say is said in RDF.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

import pyoxigraph as ox

from aalco_kg.errors import UserError
from aalco_kg.files import read_text, shape_files, shown
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES, SHAPES

WIDTH = 118  # a list of values longer than this, in characters, takes a line for each
_RDF = PREFIXES["rdf"]
_XSD = PREFIXES["xsd"]
_TYPE = ox.NamedNode(_RDF + "type")
_DISJOINT = ox.NamedNode(PREFIXES["owl"] + "AllDisjointClasses")
_FIRST, _REST, _NIL = (ox.NamedNode(_RDF + name) for name in ("first", "rest", "nil"))
_LOCAL = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")
_BARE = {
    _XSD + "integer": re.compile(r"[+-]?[0-9]+\Z"),
    _XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+\Z"),
    _XSD + "boolean": re.compile(r"(true|false)\Z"),
}
# Properties of the ontology and the shapes themselves, which no shape orders, in reading order.
_LEADING = [
    "rdfs:subClassOf", "rdfs:subPropertyOf", "owl:disjointWith", "owl:members", "rdfs:domain", "rdfs:range",
    "sh:targetClass", "sh:path", "sh:name", "sh:description", "sh:order", "sh:severity", "sh:message",
]  # fmt: skip
_STRING = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"', re.S)
_LANGUAGES = ["en", "ar", "fr", "zh"]
_FRAGMENTS = {"Evidence": "e", "Dispute": "d", "Gap": "g"}

Node = ox.NamedNode | ox.BlankNode | ox.Literal


def parse(path: Path, text: str | None = None) -> list[ox.Triple]:
    """The triples of a Turtle file (or of `text`, read as if it were that file).

    Raises UserError (code 1) with file and line when it is not Turtle.
    """
    source = read_text(path) if text is None else text
    try:
        return [quad.triple for quad in ox.parse(source.encode(), ox.RdfFormat.TURTLE, base_iri=BASE)]
    except SyntaxError as error:
        where = f"{shown(path)}:{error.lineno}" if error.lineno else shown(path)
        what = re.sub(r"^Parser error.*?column \d+: ", "", str(error.args[0])).rstrip(".")
        raise UserError(f"{where}: not Turtle: {what}.", "Mend the syntax on this line.", code=1) from None


def fmt(path: Path, text: str | None = None, triples: list[ox.Triple] | None = None) -> str:
    """The canonical form of a Turtle file (or of `text`, read as if it were that file; `triples` if parsed already).

    A blank node of class Evidence, Dispute or Gap gets the next free fragment of the thing it is about; one that
    says which classes are disjoint stays blank, as OWL wants it.
    Raises UserError (code 1) for a syntax error, a comment, or any other blank node outside a list.
    """
    source = read_text(path) if text is None else text
    triples = parse(path, source) if triples is None else triples
    line = _first_comment(source)
    if line:
        raise UserError(
            f"{shown(path)}:{line}: this comment would be lost.", "Say it in RDF (aalco:note), or remove it.", code=1
        )
    return canonical(_named(path, triples))


def line_of(text: str, iri: str, path_iri: str | None = None) -> int:
    """The line (from 1) where a subject's block starts, or where that block writes a property; 1 if not found."""
    lines = text.splitlines()
    names = {f"<{iri}>", _iri(iri)}
    start = next((i for i, line in enumerate(lines) if line.split(" ", 1)[0] in names), None)
    if start is None:
        return 1
    if path_iri:
        name = "a" if path_iri == _TYPE.value else _iri(path_iri)
        for i in range(start, len(lines)):
            if re.match(rf"(\S+ |\s*){re.escape(name)}\s", lines[i]):
                return i + 1
            if lines[i].rstrip().endswith(" ."):
                break
    return start + 1


@cache
def _order() -> dict[str, int]:
    """The place of each property in a record: sh:order of the shapes, after what leads every block."""
    store = ox.Store()
    for file in shape_files():
        store.extend(ox.Quad(*triple) for triple in parse(file))
    rows = store.query(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?path ?order { ?shape sh:path ?path ; sh:order ?order }"
    )
    places = {row["path"].value: int(row["order"].value) for row in rows}  # type: ignore[union-attr]
    for i, name in enumerate(_LEADING):
        prefix, local = name.split(":")
        places.setdefault(PREFIXES[prefix] + local, i - len(_LEADING))
    return places


def _first_comment(text: str) -> int | None:
    """The line of the first comment, or None. Strings and IRIs may hold a '#'."""
    token = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|<[^>\s]*>|#', re.S)
    for match in token.finditer(text):
        if match[0] == "#":
            return text.count("\n", 0, match.start()) + 1
    return None


def _named(path: Path, triples: list[ox.Triple]) -> list[ox.Triple]:
    """The triples with blank record-keeping nodes given the next free fragment of what they are about."""
    if not any(isinstance(t.subject, ox.BlankNode) for t in triples):
        return triples
    about = {t.subject: t.object for t in triples if t.predicate.value == ONTOLOGY + "about"}
    kind = {t.subject: t.object for t in triples if t.predicate == _TYPE}
    taken = {t.subject.value for t in triples if isinstance(t.subject, ox.NamedNode)}
    lists = {t.subject for t in triples if t.predicate == _REST}
    names: dict[ox.BlankNode, ox.NamedNode] = {}
    axioms = {node for node, value in kind.items() if value == _DISJOINT}
    blanks = {t.subject for t in triples if isinstance(t.subject, ox.BlankNode)} - lists - axioms
    for node in sorted(blanks, key=lambda n: sorted(f"{t.predicate} {t.object}" for t in triples if t.subject == n)):
        subject, letter = about.get(node), _FRAGMENTS.get(getattr(kind.get(node), "value", "").removeprefix(ONTOLOGY))
        if not isinstance(subject, ox.NamedNode) or letter is None:
            raise UserError(
                f"{shown(path)}: holds a thing without an address.",
                "Only evidence, disputes and gaps may be written as [ … ], with aalco:about; name everything else.",
                code=1,
            )
        number = next(n for n in range(1, len(taken) + 2) if f"{subject.value}#{letter}{n}" not in taken)
        taken.add(f"{subject.value}#{letter}{number}")
        names[node] = ox.NamedNode(f"{subject.value}#{letter}{number}")

    def name(term: Node) -> Node:
        return names.get(term, term) if isinstance(term, ox.BlankNode) else term

    return [ox.Triple(name(t.subject), t.predicate, name(t.object)) for t in triples]  # type: ignore[arg-type]


def canonical(triples: Iterable[ox.Triple]) -> str:
    """The canonical Turtle text of triples whose only blank nodes are lists and axioms about disjoint classes."""
    blocks: dict[Node, dict[str, set[Node]]] = defaultdict(lambda: defaultdict(set))
    for triple in triples:
        blocks[triple.subject][triple.predicate.value].add(triple.object)  # type: ignore[index,arg-type]

    def text(term: Node) -> str:
        if isinstance(term, ox.BlankNode):
            return f"( {' '.join(text(item) for item in _items(term, blocks))} )"
        return _term(term)

    subjects = [subject for subject in blocks if isinstance(subject, ox.NamedNode)]
    body = [_block(_iri(subject.value), blocks[subject], text) for subject in sorted(subjects, key=_subject_key)]
    axioms = [node for node in blocks if isinstance(node, ox.BlankNode) and _DISJOINT in blocks[node][_TYPE.value]]
    body += sorted(_block("[]", blocks[node], text) for node in axioms)
    whole = "\n\n".join(body) + "\n" if body else ""
    return _head(whole) + whole


def _block(subject: str, properties: dict[str, set[Node]], text) -> str:  # type: ignore[no-untyped-def]
    parts = []
    for i, (predicate, objects) in enumerate(sorted(properties.items(), key=lambda item: predicate_key(item[0]))):
        name = "a" if predicate == _TYPE.value else _iri(predicate)
        values = [text(item) for item in (sorted(objects, key=object_key) if len(objects) > 1 else objects)]
        start = f"{subject} {name} " if i == 0 else f"    {name} "
        line = start + " , ".join(values)
        if len(line) > WIDTH and len(values) > 1:
            line = start + " ,\n        ".join(values)
        parts.append(line)
    return " ;\n".join(parts) + " ."


def _head(body: str) -> str:
    """The @base and @prefix lines that the body needs."""
    bare = _STRING.sub('""', body)
    lines = [f"@base <{BASE}> ."] if re.search(r"<(?!https?:)", bare) else []
    bare = re.sub(r"<[^>]*>", "<>", bare)
    used = set(re.findall(r"(?<![\w-])([a-z-]+):", bare))
    lines += [f"@prefix {prefix}: <{iri}> ." for prefix, iri in PREFIXES.items() if prefix in used]
    return "\n".join(lines) + "\n\n" if lines else ""


def _items(head: Node, blocks: dict[Node, dict[str, set[Node]]]) -> list[Node]:
    items = []
    while head != _NIL:
        items.append(next(iter(blocks[head][_FIRST.value])))
        head = next(iter(blocks[head][_REST.value]))
    return items


@lru_cache(1 << 16)
def _iri(iri: str) -> str:
    if iri.startswith(BASE) and len(iri) > len(BASE):
        return f"<{iri[len(BASE) :]}>"
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL.match(iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return f"<{iri}>"


def _term(term: Node) -> str:
    if isinstance(term, ox.NamedNode):
        return _iri(term.value)
    assert isinstance(term, ox.Literal)
    datatype = term.datatype.value
    if datatype in _BARE and _BARE[datatype].match(term.value):
        return term.value
    if "\n" in term.value:
        value = '"""' + term.value.replace("\\", "\\\\").replace('"""', '\\"""') + '"""'
    else:
        value = str(ox.Literal(term.value))
    if term.language:
        return f"{value}@{term.language}"
    return value if datatype == _XSD + "string" else f"{value}^^{_iri(datatype)}"


def natural(text: str) -> list[tuple[int, str | int]]:
    """A sort key by which `#e2` comes before `#e10`."""
    return [(0, int(part)) if part.isdigit() else (1, part) for part in re.split(r"(\d+)", text) if part]


def _subject_key(subject: ox.NamedNode) -> tuple[bool, list[tuple[int, str | int]]]:
    ours = subject.value.startswith((BASE, ONTOLOGY.rstrip("#"), SHAPES.rstrip("#")))
    # Below a thing: its evidence, then disputes, then gaps.
    return (not ours, natural(re.sub(r"#([edg])(?=\d)", lambda m: f"#{'edg'.index(m[1])}.", subject.value)))


@lru_cache(1 << 16)
def predicate_key(predicate: str) -> tuple[int, str]:
    if predicate == _TYPE.value:
        return (-1000, "")
    return (_order().get(predicate, 1000), predicate)


def object_key(term: Node) -> tuple[object, ...]:
    if isinstance(term, ox.Literal):
        language = term.language or ""
        place = _LANGUAGES.index(language) if language in _LANGUAGES else len(_LANGUAGES)
        return (1, place, language, natural(term.value), term.datatype.value)
    if isinstance(term, ox.NamedNode):
        return (0, predicate_key(term.value)[0], "", natural(term.value), "")
    return (2, 0, "", [], str(term))
