"""The graph: ontology and data in one store, with what follows from them written out.

Three things are added to what the files say, so that no query needs reasoning or slow functions:
`skos:broaderTransitive` between topics, `rdfs:label` for every concept, and `aalco:searchKey`, the folded names
and codes of every thing.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from aalco_kg import turtle
from aalco_kg.files import data_files, ontology_files
from aalco_kg.fold import fold
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES, compact

_DERIVE = """
    PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
    CONSTRUCT { ?concept skos:broaderTransitive ?above ; rdfs:label ?label } WHERE {
        { ?concept skos:broader+ ?above } UNION { ?concept skos:prefLabel ?label }
    }
"""


# The properties by which a thing may be searched.
SEARCHED = (
    *(PREFIXES["rdfs"] + "label", PREFIXES["skos"] + "altLabel"),
    *(ONTOLOGY + name for name in ("symbol", "printedSymbol", "acronym")),
    *(ONTOLOGY + name for name in ("isoAlpha2", "isoAlpha3", "m49", "articleNumber")),
)
_PATHS = " ".join(f"<{path}>" for path in SEARCHED)
_NAMES = f"SELECT ?thing ?name {{ VALUES ?path {{ {_PATHS} }} ?thing ?path ?name }}"
_KEY = ox.NamedNode(ONTOLOGY + "searchKey")
_LABEL = PREFIXES["rdfs"] + "label"


class Graph:
    """A store of triples, with the labels and other looks-up that everybody needs."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.store = ox.Store()
        self.store.bulk_extend(ox.Quad(*triple) for triple in triples)
        derived = self.store.query(_DERIVE)
        assert isinstance(derived, ox.QueryTriples)
        self.store.bulk_extend([ox.Quad(*triple) for triple in derived])
        self.store.bulk_extend(self._search_keys())

    def _search_keys(self) -> list[ox.Quad]:
        names: dict[ox.NamedNode, set[str]] = {}
        for row in cast(ox.QuerySolutions, self.store.query(_NAMES)):
            thing, name = row["thing"], row["name"]
            if isinstance(thing, ox.NamedNode) and thing.value.startswith(BASE):
                names.setdefault(thing, set()).add(fold(cast(ox.Literal, name).value))
        return [ox.Quad(thing, _KEY, ox.Literal("\n".join(sorted(texts)))) for thing, texts in names.items()]

    def __len__(self) -> int:
        return len(self.store)

    def objects(self, subject: str, predicate: str) -> list[turtle.Node]:
        """The values of a property of a thing, in canonical order."""
        return list(self.properties(subject).get(predicate, ()))

    def properties(self, subject: str) -> Mapping[str, Sequence[turtle.Node]]:
        """All that is said of a thing: the values of each property, in canonical order."""
        return self._forward.get(subject, {})

    def subjects(self, predicate: str, value: str) -> list[str]:
        """The things that have a property with a given thing as value, by address."""
        return list(self.mentions(value).get(predicate, ()))

    def mentions(self, value: str) -> Mapping[str, Sequence[str]]:
        """All that points to a thing: the things that have it as value of each property, by address."""
        return self._backward.get(value, {})

    @cached_property
    def _forward(self) -> dict[str, dict[str, list[turtle.Node]]]:
        """Every triple by subject and property: a page asks for hundreds, and the store is slower for each."""
        found: dict[str, dict[str, list[turtle.Node]]] = {}
        for quad in self.store:
            values = found.setdefault(iri_of(quad.subject), {}).setdefault(quad.predicate.value, [])
            values.append(cast(turtle.Node, quad.object))
        for properties in found.values():
            for values in properties.values():
                if len(values) > 1:
                    values.sort(key=turtle.object_key)
        return found

    @cached_property
    def _backward(self) -> dict[str, dict[str, list[str]]]:
        found: dict[str, dict[str, list[str]]] = {}
        for subject, properties in self._forward.items():
            for path, values in properties.items():
                for value in values:
                    if isinstance(value, ox.NamedNode):
                        found.setdefault(value.value, {}).setdefault(path, []).append(subject)
        for pointing in found.values():
            for subjects in pointing.values():
                if len(subjects) > 1:
                    subjects.sort(key=turtle.natural)
        return found

    def holds(self, iri: str) -> bool:
        """Whether anything is said of a thing."""
        return next(iter(self.store.quads_for_pattern(ox.NamedNode(iri), None, None)), None) is not None

    def label(self, iri: str, language: str = "en") -> str:
        """The label of a thing in a language, else in English, else its compact address."""
        texts = self.labels.get(iri, {})
        return texts.get(language) or texts.get("en") or compact(iri)

    @cached_property
    def labels(self) -> dict[str, dict[str, str]]:
        """Every label, by address and language."""
        found: dict[str, dict[str, str]] = {_LABEL: {"en": "name", "ar": "الاسم"}}  # which RDFS itself leaves unnamed
        for quad in self.store.quads_for_pattern(None, ox.NamedNode(_LABEL), None):
            assert isinstance(quad.object, ox.Literal)
            if _visible(quad.object.value):
                found.setdefault(iri_of(quad.subject), {})[quad.object.language or "en"] = quad.object.value
        return found


def _visible(text: str) -> bool:
    """Whether anything of a text can be seen; what is blank names nothing."""
    return any(c.isprintable() and not c.isspace() for c in text)


def read(files: Iterable[Path]) -> list[ox.Triple]:
    """The triples of Turtle files. Raises UserError with file and line for what is not Turtle."""
    return [triple for file in files for triple in turtle.parse(file)]


def load() -> Graph:
    """The whole graph: ontology, schemes and data."""
    return Graph(read(ontology_files() + data_files()))


def as_ntriples(triples: Iterable[ox.Triple]) -> str:
    """Sorted N-Triples, one line for each triple."""
    return "".join(sorted({f"{triple} .\n" for triple in triples}))


def iri_of(node: object) -> str:
    """The address of a node that is known to have one."""
    return cast(ox.NamedNode, node).value
