"""The SPARQL 1.1 protocol at /sparql: the cases of its specification's query half, and what it says of itself."""

import http.client
import json
import time
import urllib.parse
from urllib.parse import parse_qsl

import pyoxigraph as ox
import pytest
from http_client import ask, fields
from hypothesis import given, settings
from hypothesis import strategies as st

from aalco_kg.server.sparql import Refused, parameters

SOURCE = "https://w3id.org/aalco-kg/id/source/aalco-cyberspace-page"
OTHER = "https://w3id.org/aalco-kg/id/source/aail-2025"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"


# Each case of section 2.1 of the protocol that must succeed: how it is sent.
GOOD = {
    "by GET": {"query": fields(query="ASK {}")},
    "by GET, with a parameter nobody knows": {"query": fields(query="ASK {}", format="json")},
    "as a form": {"method": "POST", "body": fields(query="ASK {}"), "Content_Type": FORM},
    "as a form that names its character set": {
        "method": "POST",
        "body": fields(query="ASK {}"),
        "Content_Type": FORM + "; charset=UTF-8",
    },
    "as the body": {"method": "POST", "body": "ASK {}", "Content_Type": DIRECT},
    "as the body, in UTF-8": {
        "method": "POST",
        "body": 'ASK { FILTER(STRLEN("العربية") = 7) }',
        "Content_Type": DIRECT + "; charset=utf-8",
    },
    "as the body, with a graph in the address": {
        "method": "POST",
        "query": fields(default_graph_uri=SOURCE),
        "body": "ASK { <https://w3id.org/aalco-kg/id/session/53> ?p ?o }",
        "Content_Type": DIRECT,
    },
    "with a relative address": {"query": fields(query="ASK { <session/53> ?p ?o }")},
}


@pytest.mark.parametrize("case", GOOD)
def test_a_query_is_answered(case: str, served: str) -> None:
    got = ask(served + "/sparql", **GOOD[case], Accept=JSON)
    assert (got.status, got.headers["content-type"]) == (200, JSON)
    assert json.loads(got.body) == {"head": {}, "boolean": True}


BAD = {
    "no query": (400, {"query": "default-graph-uri=" + SOURCE}),
    "two queries": (400, {"query": "query=ASK%20%7B%7D&query=ASK%20%7B%7D"}),
    "two queries in a form": (
        400,
        {"method": "POST", "body": "query=ASK%20%7B%7D&query=ASK%20%7B%7D", "Content_Type": FORM},
    ),
    "no SPARQL": (400, {"query": fields(query="ASK { ?s ")}),
    "no UTF-8 in the address": (400, {"query": "query=ASK%20%7B%20FILTER(%22%FF%22)%20%7D"}),
    "no UTF-8 in the body": (
        400,
        {"method": "POST", "body": 'ASK { FILTER("é" = "é") }'.encode("latin-1"), "Content_Type": DIRECT},
    ),
    "another character set": (
        415,
        {"method": "POST", "body": "ASK {}".encode("utf-16"), "Content_Type": DIRECT + "; charset=utf-16"},
    ),
    "a form that does not say so": (
        415,
        {"method": "POST", "body": fields(query="ASK {}"), "Content_Type": "text/plain"},
    ),
    "a body of another type": (415, {"method": "POST", "body": "ASK {}", "Content_Type": "text/turtle"}),
    "another method": (405, {"method": "PUT", "body": "ASK {}", "Content_Type": DIRECT}),
    "DELETE": (405, {"method": "DELETE"}),
    "a graph that is no address": (400, {"query": fields(query="ASK {}", default_graph_uri="no address")}),
    "an update as the body": (
        403,
        {"method": "POST", "body": "CLEAR ALL", "Content_Type": "application/sparql-update"},
    ),
    "an update as a form": (403, {"method": "POST", "body": fields(update="CLEAR ALL"), "Content_Type": FORM}),
    "an update in the place of a query": (403, {"query": fields(query="INSERT DATA { <a:a> <a:b> 1 }")}),
    "LOAD in the place of a query": (403, {"query": fields(query="LOAD <http://127.0.0.1:1/>")}),
    "SERVICE": (403, {"query": fields(query="ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")}),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_not_of_the_protocol_is_refused_in_words(case: str, served: str) -> None:
    status, request = BAD[case]
    got = ask(served + "/sparql", **request)
    assert got.status == status
    assert got.headers["content-type"] == "text/plain; charset=utf-8"
    text = got.body.decode()
    assert len(text.splitlines()) >= 2
    assert "Traceback" not in text


def test_a_fault_is_shown_with_line_column_and_a_caret(served: str) -> None:
    got = ask(served + "/sparql", query=fields(query="SELECT *\nWHERE { ?s ?p }"))
    lines = got.body.decode().splitlines()
    assert got.status == 400
    assert lines[0] == "Not SPARQL."
    assert lines[1].startswith("Line 2, column 16, or shortly before: expected ")
    assert lines[-2:] == ["    WHERE { ?s ?p }", "                   ^"]


def test_a_data_set_is_named_by_the_protocol_and_wins_over_the_query(served: str) -> None:
    """Sections 2.1.4 and 3.1.4: each of default and named graphs, alone and together, and over FROM."""
    session = "<https://w3id.org/aalco-kg/id/session/53>"
    cases = [
        ({}, f"ASK {{ {session} ?p ?o }}", True),
        ({"default_graph_uri": SOURCE}, f"ASK {{ {session} ?p ?o }}", True),
        ({"default_graph_uri": OTHER}, f"ASK {{ {session} ?p ?o }}", False),
        ({"default_graph_uri": SOURCE}, f"ASK {{ GRAPH ?g {{ {session} ?p ?o }} }}", False),
        ({"named_graph_uri": SOURCE}, f"ASK {{ {session} ?p ?o }}", False),
        ({"named_graph_uri": SOURCE}, f"ASK {{ GRAPH <{SOURCE}> {{ {session} ?p ?o }} }}", True),
        ({"named_graph_uri": OTHER}, f"ASK {{ GRAPH <{SOURCE}> {{ {session} ?p ?o }} }}", False),
        ({"default_graph_uri": OTHER, "named_graph_uri": SOURCE}, f"ASK {{ GRAPH ?g {{ {session} ?p ?o }} }}", True),
        ({"default_graph_uri": SOURCE}, f"ASK FROM <{OTHER}> {{ {session} ?p ?o }}", True),
        ({}, f"ASK FROM <{OTHER}> {{ {session} ?p ?o }}", False),
        ({}, f"ASK FROM NAMED <{SOURCE}> {{ GRAPH ?g {{ {session} ?p ?o }} }}", True),
        ({"default_graph_uri": "http://127.0.0.1:1/foreign"}, "ASK { ?s ?p ?o }", False),
        ({}, "ASK FROM <http://127.0.0.1:1/foreign> { ?s ?p ?o }", False),
    ]
    for graphs, query, expected in cases:
        for got in (
            ask(served + "/sparql", query=fields(query=query, **graphs), Accept=JSON),
            ask(served + "/sparql", "POST", body=fields(query=query, **graphs), Content_Type=FORM, Accept=JSON),
            ask(served + "/sparql", "POST", fields(**graphs), query, Content_Type=DIRECT, Accept=JSON),
        ):
            assert json.loads(got.body)["boolean"] is expected, (graphs, query)


def test_several_default_graphs_are_merged(served: str) -> None:
    counts = []
    for graphs in ([SOURCE], [OTHER], [SOURCE, OTHER], [SOURCE, SOURCE]):
        sent = urllib.parse.urlencode(
            [("query", "SELECT * { ?s ?p ?o }"), *(("default-graph-uri", graph) for graph in graphs)]
        )
        got = ask(served + "/sparql", query=sent, Accept="text/csv")
        counts.append(len(got.body.decode().splitlines()) - 1)
    assert 0 not in counts
    assert counts[2] == counts[0] + counts[1]
    assert counts[3] == counts[0]


SELECT, CONSTRUCT = "SELECT ?n { <session/53> aalco:number ?n }", "CONSTRUCT WHERE { <session/53> aalco:number ?n }"
PREFIX = "PREFIX aalco: <https://w3id.org/aalco-kg/ontology#> "


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, JSON),
        ("*/*", JSON),
        (JSON, JSON),
        (XML, XML),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("text/csv;q=0.5, application/sparql-results+xml", XML),
        ("application/xml", XML),
        ("application/json", JSON),
        ("text/html, */*;q=0.1", JSON),
    ],
)
def test_rows_come_in_the_type_that_is_asked_for(accept: str | None, media: str, served: str) -> None:
    wanted = {"Accept": accept} if accept else {}
    got = ask(served + "/sparql", query=fields(query=PREFIX + SELECT), **wanted)
    assert (got.status, got.headers["content-type"], got.headers["vary"]) == (200, media, "Accept")
    assert b"53" in got.body


@pytest.mark.parametrize(
    ("accept", "media", "form"),
    [
        (None, "text/turtle; charset=utf-8", ox.RdfFormat.TURTLE),
        ("application/n-triples", "application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("application/ld+json", "application/ld+json", ox.RdfFormat.JSON_LD),
        ("application/rdf+xml", "application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("text/html;q=0.9, application/rdf+xml;q=0.8", "application/rdf+xml", ox.RdfFormat.RDF_XML),
    ],
)
def test_triples_come_in_the_type_that_is_asked_for(
    accept: str | None, media: str, form: ox.RdfFormat, served: str
) -> None:
    wanted = {"Accept": accept} if accept else {}
    for query in (PREFIX + CONSTRUCT, "DESCRIBE <session/53>"):
        got = ask(served + "/sparql", query=fields(query=query), **wanted)
        assert (got.status, got.headers["content-type"]) == (200, media)
        assert any(quad.object == ox.Literal(53) for quad in ox.parse(got.body, form))


@pytest.mark.parametrize("query", [SELECT, CONSTRUCT])
def test_a_type_that_is_not_offered_is_refused_with_the_list(query: str, served: str) -> None:
    got = ask(served + "/sparql", query=fields(query=PREFIX + query), Accept="image/png")
    assert (got.status, got.headers["vary"]) == (406, "Accept")
    assert ("text/turtle" if query is CONSTRUCT else "text/csv") in got.body.decode()


def test_the_same_query_is_not_sent_twice_unless_chance_has_a_part(served: str) -> None:
    sent = fields(query="SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    first = ask(served + "/sparql", query=sent)
    again = ask(served + "/sparql", query=sent, If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert "content-type" not in again.headers
    drawn = [ask(served + "/sparql", query=fields(query="SELECT (STRUUID() AS ?n) {}")) for _ in range(2)]
    assert drawn[0].body != drawn[1].body
    assert drawn[0].headers["cache-control"] == "no-cache"


def test_head_answers_like_get_without_the_body(served: str) -> None:
    sent = fields(query="SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    got, head = ask(served + "/sparql", query=sent), ask(served + "/sparql", "HEAD", sent)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(got.body))
    assert {**head.headers, "date": ""} == {**got.headers, "date": ""}


def test_a_browser_without_a_query_is_led_to_the_page_for_queries(served: str) -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    got = ask(served + "/sparql", Accept=browser, Accept_Language="ar,en;q=0.5")
    assert (got.status, got.headers["location"], got.headers["vary"]) == (303, "/ar/sparql/", "Accept, Accept-Language")
    assert ask(served + "/ar/sparql/").status == 200


def test_answers_do_not_wait_for_the_acknowledgement_of_their_head(served: str) -> None:
    """Head and body in two small packets would wait for each other some 40 ms on each request."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(served).netloc)
    times = []
    for number in range(60):
        start = time.monotonic()
        connection.request("GET", "/sparql?" + fields(query=f"ASK {{ ?s ?p {number} }}"))
        connection.getresponse().read()
        times.append(time.monotonic() - start)
    connection.close()
    assert sorted(times)[30] < 0.035


SD, VOID = "http://www.w3.org/ns/sparql-service-description#", "http://rdfs.org/ns/void#"


def test_without_a_query_the_endpoint_describes_itself(served: str) -> None:
    for accept, form in (("text/turtle", ox.RdfFormat.TURTLE), ("application/rdf+xml", ox.RdfFormat.RDF_XML)):
        got = ask(served + "/sparql", Accept=accept)
        assert got.status == 200
        store = ox.Store()
        store.load(got.body, form)
        described = store.query(
            f"SELECT ?graph ?size {{ ?s <{SD}endpoint> <{served}/sparql> ; <{SD}defaultDataset>/<{SD}namedGraph> ?g . "
            f"?g <{SD}name> ?graph ; <{SD}graph>/<{VOID}triples> ?size }}"
        )
        sizes = {row["graph"].value: int(row["size"].value) for row in described}
        assert len(sizes) > 300
    counted = ask(
        served + "/sparql",
        query=fields(query="SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"),
        Accept=JSON,
    )
    bindings = json.loads(counted.body)["results"]["bindings"]
    assert {row["g"]["value"]: int(row["n"]["value"]) for row in bindings} == sizes


def test_the_graph_store_gives_each_graph_and_takes_none(served: str) -> None:
    asked = fields(query=f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{SOURCE}> {{ ?s ?p ?o }} }}")
    expected = set(ox.parse(ask(served + "/sparql", query=asked).body, ox.RdfFormat.TURTLE))
    got = ask(served + "/graphs", query=fields(graph=SOURCE), Accept="text/turtle")
    assert got.status == 200
    assert set(ox.parse(got.body, ox.RdfFormat.TURTLE)) == expected
    assert ask(served + "/graphs", "HEAD", fields(graph=SOURCE)).status == 200
    default = ask(served + "/graphs", query="default", Accept="application/n-triples")
    assert default.body.count(b"\n") > 50_000
    assert ask(served + "/graphs", query=fields(graph="http://example.org/")).status == 404
    assert ask(served + "/graphs").status == 400
    assert ask(served + "/graphs", query=fields(graph=SOURCE), Accept="image/png").status == 406
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        refused = ask(served + "/graphs", method, fields(graph=SOURCE), "<a:a> <a:b> 1 .", Content_Type="text/turtle")
        assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD")


def test_a_query_that_is_too_long_for_an_address_is_told_to_be_posted(served: str) -> None:
    got = ask(served + "/sparql", query=fields(query="ASK { FILTER(true) } #" + "x" * 80_000))
    assert (got.status, b"Post the query" in got.body) == (431, True)
    posted = ask(served + "/sparql", "POST", body="ASK { FILTER(true) } #" + "x" * 80_000, Content_Type=DIRECT)
    assert posted.status == 200
    flood = ask(served + "/sparql", "POST", body="ASK {} #" + "x" * 1_100_000, Content_Type=DIRECT)
    assert flood.status == 413


def test_an_answer_has_so_many_bytes_and_no_more(served: str) -> None:
    start = time.monotonic()
    got = ask(served + "/sparql", query=fields(query="SELECT * { ?a ?b ?c . ?d ?e ?f }"))
    assert (got.status, b"limit" in got.body, b"/release/" in got.body) == (403, True, True)
    assert time.monotonic() - start < 5


@given(st.text('aé%25fFcC3A9\\xnuN{}+&=;\n "', max_size=30))
@settings(max_examples=300, deadline=None)
def test_parameters_are_read_as_the_standard_library_reads_them(sent: str) -> None:
    try:
        expected = parse_qsl(sent, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        with pytest.raises(Refused, match="A parameter is not UTF-8"):
            parameters(sent.encode())
    else:
        assert parameters(sent.encode()) == expected
