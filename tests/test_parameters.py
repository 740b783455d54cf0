"""Whatever is given for a parameter, a query asks what it asked, of one value; or the user is told what is wrong.

The meaning of a query is its algebra, by rdflib. For each parameter it is held, node by node, against that of the
query with an ordinary value: only in the places of that value may it differ, and there it has to hold the term for
what was given.
"""

import re
from datetime import date
from functools import cache
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rdflib.plugins.sparql import prepareQuery

from aalco_kg import queries
from aalco_kg.errors import UserError
from aalco_kg.graph import Graph
from aalco_kg.terms import BASE, ONTOLOGY

# An ordinary value of each type, that stands nowhere else in a query.
ORDINARY = {"text": "an ordinary text", "integer": "987654", "date": "1987-06-05"}
PARAMETERS = [(query.name, parameter) for query in queries.catalogue().values() for parameter in query.parameters]
IDS = [f"{name}-{parameter.name}" for name, parameter in PARAMETERS]
HALF = "\udc80"  # of a character, as a terminal may pass on
# What would end a term, a string, a pattern or the query, were it pasted.
BREAKING = [
    'x" . ?s ?p ?o . #',
    "x'''",
    'x\\" } UNION { ?s ?p ?o } #',
    "x> ?p ?o } ; DROP ALL #",
    "\\u0022 . ?s ?p ?o",
    "?thing",
    "?_text",
    "line\nfeed\r\t\x00",
    "\\g<0> \\1",
    HALF,
]
ANY = st.one_of(st.sampled_from(BREAKING), st.text(max_size=40), st.text(st.characters(), max_size=8))
MOST = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def small(type: str) -> tuple[queries.Query, queries.Parameter]:
    """A query with one parameter of a type, that is soon read, so that much can be tried."""
    [parameter] = {p.type: p for _, p in PARAMETERS if p.type == type and p.kind in (None, "topic")}.values()
    text = f"SELECT ?s WHERE {{ ?s ?p {parameter.variable} FILTER(?s != {parameter.variable} && ?s != 'x') }}"
    return queries.Query(f"small-{type}", "", "", (), text, {}, (parameter,)), parameter


def bound(graph: Graph, query: queries.Query, parameter: queries.Parameter, text: str) -> str:
    """The query with a value for one parameter, and something for the others that it needs."""
    others = {p.name: ordinary(graph, p) for p in query.parameters if p.required}
    return query.bind(graph, others | {parameter.name: text})


@cache
def ordinary(graph: Graph, parameter: queries.Parameter) -> str:
    if parameter.type != "iri":
        return ORDINARY[parameter.type]
    if parameter.kind == "property":
        return "heldIn"
    start = f"{BASE}{parameter.kind or 'session'}/"
    return min(iri for iri in graph.labels if iri.startswith(start))


def term(parameter: queries.Parameter, text: str) -> rdflib.term.Identifier:
    """What a value that is accepted has to become."""
    if parameter.type == "integer":
        return rdflib.Literal(int(text))
    if parameter.type == "date":
        return rdflib.Literal(date.fromisoformat(text.strip()).isoformat(), datatype=rdflib.XSD.date)
    if parameter.type == "text":
        return rdflib.Literal(text)
    iri = ONTOLOGY + text if parameter.kind == "property" else text
    return rdflib.URIRef(iri)


def same(node: Any, other: Any, usual: rdflib.term.Identifier, value: rdflib.term.Identifier | None) -> bool:
    """Whether two pieces of algebra are one but for the value; None stands for any thing of the graph."""
    if isinstance(node, rdflib.term.Identifier):
        if node != usual:
            return node == other
        return other == value if value is not None else isinstance(other, rdflib.URIRef)
    if isinstance(node, dict):
        return (
            type(node) is type(other)
            and getattr(node, "name", "") == getattr(other, "name", "")
            and node.keys() == other.keys()
            and all(same(node[key], other[key], usual, value) for key in node)
        )
    if isinstance(node, list | tuple):
        return len(node) == len(other) and all(same(*pair, usual, value) for pair in zip(node, other, strict=True))
    return bool(node == other)


def algebra(sparql: str) -> Any:
    ox.Store().query(sparql)  # the engine that answers reads it too
    return prepareQuery(sparql).algebra


_USUAL: dict[tuple[str, str], Any] = {}


def usual_algebra(graph: Graph, query: queries.Query, parameter: queries.Parameter) -> Any:
    """The algebra of a query with an ordinary value, which is made once."""
    key = (query.name, parameter.name)
    if key not in _USUAL:
        _USUAL[key] = algebra(bound(graph, query, parameter, ordinary(graph, parameter)))
    return _USUAL[key]


def refusal(graph: Graph, query: queries.Query, parameter: queries.Parameter, text: str) -> UserError | None:
    """What the user is told; None when the text was accepted, and then the query has to mean what it did."""
    try:
        sparql = bound(graph, query, parameter, text)
    except UserError as error:
        return error
    usual = term(parameter, ordinary(graph, parameter))
    value = term(parameter, text) if parameter.type != "iri" else None
    assert same(usual_algebra(graph, query, parameter), algebra(sparql), usual, value), sparql
    return None


def judge(graph: Graph, query: queries.Query, parameter: queries.Parameter, text: str) -> bool:
    """Whether the text was accepted; a refusal is one sentence of what is wrong, and one of what to do."""
    error = refusal(graph, query, parameter, text)
    if error is not None:
        assert error.code == 2
        assert error.what.endswith(".")
        assert error.mend.endswith((".", "?"))
    return error is None


def test_each_type_is_there() -> None:
    assert {parameter.type for _, parameter in PARAMETERS} == {"iri", "integer", "date", "text"}
    assert len(PARAMETERS) > 15


@pytest.mark.parametrize(("name", "parameter"), PARAMETERS, ids=IDS)
def test_no_breaking_text_breaks_a_query(name: str, parameter: queries.Parameter, loaded: Graph) -> None:
    texts = BREAKING if parameter.type == "text" else BREAKING[:2]  # a name that is not known takes long to refuse
    accepted = [judge(loaded, queries.named(name), parameter, text) for text in texts]
    assert accepted == [parameter.type == "text" and text != HALF for text in texts]


@MOST
@given(text=ANY)
@example(text=HALF)
@example(text="\\\\u0022 \\U00000022 \\\x00")
def test_any_text_is_one_literal_or_refused(text: str, loaded: Graph) -> None:
    assert judge(loaded, *small("text"), text) == text.isascii() or not re.search("[\ud800-\udfff]", text)


@MOST
@given(text=ANY | st.integers(-10, 10**12).map(str))
@example(text=" 53 ")
@example(text="٥٣")
@example(text="5.0")
def test_a_number_is_one_number_or_refused(text: str, loaded: Graph) -> None:
    whole = re.fullmatch("[0-9]{1,9}", text.strip()) is not None
    assert judge(loaded, *small("integer"), text) == whole


@MOST
@given(text=ANY | st.dates().map(str) | st.from_regex(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"))
@example(text="2016-02-30")
@example(text="2016-05-17T00:00:00")
def test_a_day_is_one_day_or_refused(text: str, loaded: Graph) -> None:
    judge(loaded, *small("date"), text)


@settings(MOST, max_examples=10)
@given(data=st.data())
def test_a_thing_is_one_thing_of_the_graph_or_refused(data: st.DataObject, loaded: Graph) -> None:
    names = [text for iri, texts in loaded.labels.items() if "/topic/" in iri for text in texts.values()]
    text = data.draw(ANY | st.sampled_from(names) | st.sampled_from(sorted(loaded.labels)))
    judge(loaded, *small("iri"), text)


@pytest.mark.parametrize("type", ["text", "integer", "date", "iri"])
def test_a_change_of_meaning_would_be_seen(type: str, loaded: Graph) -> None:
    """The comparison can fail: with a limit, another pattern, or the value in another place."""
    query, parameter = small(type)
    usual = term(parameter, ordinary(loaded, parameter))
    sparql = bound(loaded, query, parameter, ordinary(loaded, parameter))
    before = usual_algebra(loaded, query, parameter)
    assert same(before, algebra(sparql), usual, usual)
    for changed in (sparql + " LIMIT 1", sparql.replace("?s ?p", "?s ?q"), sparql.replace("'x'", "?p")):
        assert changed != sparql
        assert not same(before, algebra(changed), usual, usual)
    assert not same(before, algebra(sparql), usual, rdflib.Literal("another"))
