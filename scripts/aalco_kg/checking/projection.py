"""The graph as a description-logic reasoner can read it: each date as the moment at which it begins.

OWL 2 knows `xsd:dateTime` but not `xsd:date`, `xsd:gYearMonth` and `xsd:gYear`, and a reasoner that keeps to it
refuses a whole file over one of them. The records keep the precision of their sources, so a reasoner is given this
projection of them. It is fit for finding contradictions, not for answers: 2014 and 1 January 2014 become one value.
"""

from collections.abc import Iterable

import pyoxigraph as ox

from aalco_kg.terms import PREFIXES

_XSD = PREFIXES["xsd"]
_REST = {_XSD + "date": "T00:00:00", _XSD + "gYearMonth": "-01T00:00:00", _XSD + "gYear": "-01-01T00:00:00"}
_TYPE, _DATA = ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(PREFIXES["owl"] + "DatatypeProperty")


def projected(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """The triples, with the dates of data properties as `xsd:dateTime`.

    They must hold the ontology, which says what the data properties are; annotations stay as they are, since no
    reasoner looks at them. Nothing is left out.
    """
    given = list(triples)
    properties = {triple.subject for triple in given if triple.predicate == _TYPE and triple.object == _DATA}
    return [_moment(triple) if triple.predicate in properties else triple for triple in given]


def _moment(triple: ox.Triple) -> ox.Triple:
    value = triple.object
    if not isinstance(value, ox.Literal) or value.datatype.value not in _REST:
        return triple
    begin = ox.Literal(value.value + _REST[value.datatype.value], datatype=ox.NamedNode(_XSD + "dateTime"))
    return ox.Triple(triple.subject, triple.predicate, begin)
