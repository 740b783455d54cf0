"""What the data set is made of, in VoID: how often each class and property comes, and which property leads from what to
what. Editors complete queries by it."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable

import pyoxigraph as ox

from aalco_kg.terms import DATASET, PREFIXES

_VOID, _EXT, _TYPE = PREFIXES["void"], "http://ldf.fi/void-ext#", PREFIXES["rdf"] + "type"


def sizes(content: list[ox.Triple]) -> list[ox.Triple]:
    """A partition for each class and each property, with its size."""
    triples = []
    classes = _counted(triple.object for triple in content if triple.predicate.value == _TYPE)
    properties = _counted(triple.predicate for triple in content)
    for kind, counted, counts in (("class", "entities", classes), ("property", "triples", properties)):
        for key, number in counts.items():
            node = f"{DATASET}/void/{kind}/{_local(key.value)}"
            triples += _partition(DATASET, kind, node, key)
            triples.append(_stated(node, _VOID + counted, ox.Literal(number)))
    return triples


def structure(content: list[ox.Triple]) -> list[ox.Triple]:
    """In the partition of each class one for each property that its things have, and in that one for each class or
    datatype of the values."""
    types = defaultdict[object, list[ox.NamedNode]](list)
    for triple in content:
        if triple.predicate.value == _TYPE and isinstance(triple.object, ox.NamedNode):
            types[triple.subject].append(triple.object)
    used = Counter[tuple[str, str]]()
    values = set[tuple[str, str, str, str]]()
    for triple in content:
        for key in types.get(triple.subject, ()):
            pair = key.value, triple.predicate.value
            used[pair] += 1
            if isinstance(triple.object, ox.Literal):
                values.add((*pair, "datatype", triple.object.datatype.value))
            else:
                values.update((*pair, "class", found.value) for found in types.get(triple.object, ()))
    return _nested(used, sorted(values))


def _nested(used: Counter[tuple[str, str]], values: list[tuple[str, str, str, str]]) -> list[ox.Triple]:
    triples = []
    for (key, path), number in sorted(used.items()):
        node = _inner(key, path)
        triples += _partition(f"{DATASET}/void/class/{_local(key)}", "property", node, ox.NamedNode(path))
        triples.append(_stated(node, _VOID + "triples", ox.Literal(number)))
    for key, path, kind, value in values:
        node = _inner(key, path)
        space = _EXT if kind == "datatype" else _VOID
        triples += _partition(node, kind, f"{node}/{_local(value)}", ox.NamedNode(value), space)
    return triples


def _inner(key: str, path: str) -> str:
    return f"{DATASET}/void/class/{_local(key)}/{_local(path)}"


def _partition(whole: str, kind: str, node: str, key: ox.NamedNode, space: str = _VOID) -> list[ox.Triple]:
    """A part of a whole, which is what it is by its class, property or datatype."""
    return [_stated(whole, f"{space}{kind}Partition", ox.NamedNode(node)), _stated(node, space + kind, key)]


def _stated(subject: str, path: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(path), value)


def _counted(terms: Iterable[object]) -> dict[ox.NamedNode, int]:
    """How often each term comes, by address."""
    counts = Counter(term for term in terms if isinstance(term, ox.NamedNode))
    return {key: counts[key] for key in sorted(counts, key=lambda node: node.value)}


def _local(iri: str) -> str:
    """A term as the last part of an address, which no two terms of our vocabularies share: `aalco-heldIn`."""
    for prefix, space in PREFIXES.items():
        if iri.startswith(space):
            return f"{prefix}-{iri[len(space) :]}"
    return hashlib.sha256(iri.encode()).hexdigest()[:12]
