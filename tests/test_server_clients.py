"""Real clients against a running server: each gets what it expects, in the type it expects."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from xml.dom.minidom import Document

import pandas as pd
import pytest
import rdflib
from conftest import free_port, missing, stop
from http_client import ask, fields
from mcp import Client, StdioServerParameters
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from aalco_kg import files, queries
from aalco_kg.graph import Graph
from aalco_kg.terms import BASE, ONTOLOGY

PREFIX = f"PREFIX aalco: <{ONTOLOGY}> "
SELECT = PREFIX + "SELECT ?n { <session/53> aalco:number ?n }"
CONSTRUCT = PREFIX + "CONSTRUCT WHERE { <session/53> aalco:heldIn ?city }"


@pytest.mark.parametrize("method", ["GET", POST, "direct"])
@pytest.mark.parametrize(
    ("query", "form", "kind"),
    [
        (SELECT, JSON, dict),
        (SELECT, XML, Document),
        (SELECT, CSV, bytes),
        (SELECT, TSV, bytes),
        ("ASK {}", JSON, dict),
        ("ASK {}", XML, Document),
        (CONSTRUCT, TURTLE, bytes),
        (CONSTRUCT, N3, bytes),
        (CONSTRUCT, RDFXML, rdflib.Graph),
        (CONSTRUCT, XML, rdflib.Graph),
        (CONSTRUCT, JSONLD, rdflib.Graph),
        ("DESCRIBE <session/53>", TURTLE, bytes),
        ("DESCRIBE <session/53>", RDFXML, rdflib.Graph),
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib's ConjunctiveGraph, which SPARQLWrapper makes
def test_sparqlwrapper_converts_every_format(query: str, form: str, kind: type, method: str, served: str) -> None:
    wrapper = SPARQLWrapper(served + "/sparql", returnFormat=form)
    wrapper.setTimeout(60)
    wrapper.setQuery(query)
    if method != "GET":
        wrapper.setMethod(POST)
    if method == "direct":
        wrapper.setRequestMethod(POSTDIRECTLY)
    found = wrapper.queryAndConvert()
    assert isinstance(found, kind)
    expected = "tehran" if query is CONSTRUCT else "53" if query != "ASK {}" else "true"
    if isinstance(found, rdflib.Graph):
        text = found.serialize(format="nt")
    elif isinstance(found, Document):
        text = found.toxml()
    else:
        text = json.dumps(found) if isinstance(found, dict) else found.decode()
    assert expected in text


def test_sparqlwrapper_tells_a_malformed_query_from_other_faults(served: str) -> None:
    wrapper = SPARQLWrapper(served + "/sparql", returnFormat=JSON)
    wrapper.setQuery("SELECT ?n { ?s ?p }")
    with pytest.raises(QueryBadFormed, match="Line 1, column"):
        wrapper.query()


def test_rdflib_reads_the_endpoint_as_a_store(loaded: Graph, served: str) -> None:
    graph = rdflib.Graph(SPARQLStore(served + "/sparql"))
    assert len(graph) > len(loaded)
    session = rdflib.URIRef(BASE + "session/53")
    assert graph.value(session, rdflib.URIRef(ONTOLOGY + "number")) == rdflib.Literal(53)
    assert set(graph.triples((session, rdflib.URIRef(ONTOLOGY + "heldIn"), None)))


@pytest.mark.parametrize("path", ["/id/session/53", "/id/scheme/topic", "/ontology", "/shapes", "/queries", "/"])
def test_rdflib_parses_what_an_address_of_the_server_leads_to(path: str, served: str) -> None:
    assert len(rdflib.Graph().parse(served + path)) > 20


@pytest.mark.parametrize("path", ["/id/session/53", "/ontology", "/"])
def test_rapper_finds_the_triples_behind_an_address(path: str, served: str) -> None:
    rapper = shutil.which("rapper") or missing("rapper")
    # rapper asks for RDF/XML first and, told nothing else, guesses by content
    command = [rapper, "-q", "-g", "-o", "ntriples", served + path]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert len(ran.stdout.splitlines()) > 20


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["-L", "-H", "Accept: text/turtle", "/id/session/53"], "200 text/turtle; charset=utf-8 1"),
        (["-L", "-H", "Accept: text/html", "/id/session/53"], "200 text/html; charset=utf-8 1"),
        (["-L", "/id/session/53.jsonld"], "200 application/ld+json 1"),
        (["-I", "/id/session/53"], "303  0"),
        (["-d", "query=ASK {}", "/sparql"], "200 application/sparql-results+json 0"),
        (["-G", "-d", "query=ASK%20%7B%7D", "-H", "Accept: text/csv", "/sparql"], "200 text/csv; charset=utf-8 0"),
        (["-H", "Content-Type: application/sparql-query", "--data", "ASK {}", "/sparql"],
         "200 application/sparql-results+json 0"),
        (["--compressed", "/api/queries/sessions"], "200 application/json 0"),
        (["-X", "DELETE", "/sparql"], "405 text/plain; charset=utf-8 0"),
        (["--http1.0", "/robots.txt"], "200 text/plain; charset=utf-8 0"),
        (["-H", "Accept: image/png", "/id/session/53"], "406 text/plain; charset=utf-8 0"),
        (["-H", "Expect: 100-continue", "-d", "query=ASK {}", "/sparql"], "200 application/sparql-results+json 0"),
    ],
)  # fmt: skip
def test_curl_gets_what_it_asks_for(options: list[str], expected: str, served: str) -> None:
    curl = shutil.which("curl") or missing("curl")
    form = "%{http_code} %{content_type} %{num_redirects}"
    command = [curl, "-s", "-o", os.devnull, "-w", form, *options[:-1], served + options[-1]]
    assert subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout == expected


VOCABULARIES = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX ext: <http://ldf.fi/void-ext#>
PREFIX spex: <https://purl.expasy.org/sparql-examples/ontology#>
"""


def rows(served: str, query: str) -> list[tuple[str | None, ...]]:
    """What a SPARQL editor in a browser is told when it asks an endpoint about itself, as SIB's does."""
    got = ask(
        served + "/sparql",
        query="ac=1&" + fields(query=query),
        Accept="application/sparql-results+json",
        Origin="https://editor.example",
    )
    assert (got.status, got.headers["access-control-allow-origin"]) == (200, "*")
    told = json.loads(got.body)
    columns, bindings = told["head"]["vars"], told["results"]["bindings"]
    return [tuple(row[name]["value"] if name in row else None for name in columns) for row in bindings]


def test_an_editor_elsewhere_lists_our_questions_and_each_runs(served: str) -> None:
    executables = VOCABULARIES + (
        "SELECT ?it ?question ?text { ?it a sh:SPARQLExecutable ; rdfs:comment ?question . "
        "?it sh:select|sh:ask|sh:construct|spex:describe ?text } ORDER BY ?it"
    )
    listed = rows(served, executables)
    questions = queries.catalogue()
    assert listed == sorted((f"{BASE}query/{name}", query.summary, query.text) for name, query in questions.items())
    spaces = dict(rows(served, VOCABULARIES + "SELECT ?name ?space { [] sh:prefix ?name ; sh:namespace ?space }"))
    assert spaces["aalco"] == ONTOLOGY
    for _, _, text in listed:
        assert set(re.findall(r"PREFIX (\w+):", str(text))) <= spaces.keys()
        assert ask(served + "/sparql", query=fields(query=str(text))).status == 200


def test_an_editor_elsewhere_completes_our_terms(served: str) -> None:
    partitions = VOCABULARIES + (
        "SELECT DISTINCT ?class ?path ?value ?datatype { ?part void:class ?class ; void:propertyPartition ?inner . "
        "?inner void:property ?path . OPTIONAL { { ?inner void:classPartition [ void:class ?value ] } "
        "UNION { ?inner ext:datatypePartition [ ext:datatype ?datatype ] } } }"
    )
    offered = rows(served, partitions)
    integer = "http://www.w3.org/2001/XMLSchema#integer"
    assert (ONTOLOGY + "AnnualSession", ONTOLOGY + "heldIn", ONTOLOGY + "City", None) in offered
    assert (ONTOLOGY + "AnnualSession", ONTOLOGY + "number", None, integer) in offered
    ours = f"SELECT DISTINCT ?class ?path {{ ?s a ?class ; ?path ?o FILTER(STRSTARTS(STR(?class), '{ONTOLOGY}')) }}"
    used = set(rows(served, ours))
    assert len(used) > 200
    assert used == {(key, path) for key, path, _, _ in offered if str(key).startswith(ONTOLOGY)}


def comunica(*arguments: str) -> list[dict[str, str]]:
    """The rows that Comunica finds, each value as plain text."""
    node = shutil.which("node", path=os.path.dirname(sys.executable))
    program = files.HOME / "tests/node/node_modules/@comunica/query-sparql/bin/query.js"
    if node is None or not program.exists():
        missing("Comunica")
    ran = subprocess.run(
        [node, program, *arguments, "-t", "application/sparql-results+json"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    rows = json.loads(ran.stdout)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in rows]


@pytest.mark.slow
def test_comunica_asks_the_endpoint(served: str) -> None:
    query = f"SELECT ?n {{ <{BASE}session/53> <{ONTOLOGY}number> ?n }}"
    assert comunica(f"sparql@{served}/sparql", query) == [{"n": "53"}]


@pytest.mark.slow
def test_comunica_follows_the_address_of_a_thing(served: str) -> None:
    query = f"SELECT ?city {{ <{BASE}session/53> <{ONTOLOGY}heldIn> ?city }}"
    assert comunica(f"{served}/id/session/53", query) == [{"city": BASE + "place/tehran"}]


@pytest.mark.slow
def test_the_command_asks_the_served_endpoint(aalco, served: str) -> None:
    ran = aalco("query", "item-timeline", "--endpoint", served + "/sparql", "--format", "csv")
    assert (ran.code, ran.err) == (0, "")
    golden = (files.HOME / "tests/golden/item-timeline.csv").read_text(encoding="utf-8")
    assert ran.out.replace("\r\n", "\n") == golden
    assert aalco("sparql", "ASK { ?s ?p ?o }", "--endpoint", served + "/sparql").out == "yes\n"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_reconciler_matches_a_column_of_names(served: str) -> None:
    from reconciler import reconcile

    column = pd.Series(["China", "Türkiye", "جمهورية كوريا", "Viet Nam", "Iran (Islamic Republic of)"])
    found = reconcile(column, type_id="State", reconciliation_endpoint=served + "/reconcile")
    assert list(found["id"]) == ["state/cn", "state/tr", "state/kr", "state/vn", "state/ir"]
    assert set(found["type_id"]) == {"State"}
    assert list(found["match"])[:2] == [True, True]
    sessions = reconcile(
        pd.Series(["Fifty-Third Annual Session", "58"]),
        type_id="AnnualSession",
        reconciliation_endpoint=served + "/reconcile",
    )
    assert list(sessions["id"]) == ["session/53", "session/58"]


async def converse(client: Client) -> dict[str, str]:
    """What each tool of an assistant's server says."""
    asked = {
        "search": {"text": "Türkiye"},
        "get": {"thing": "session/53", "property": "heldIn"},
        "questions": {},
        "ask": {"question": "item-origin"},
        "sparql": {"query": "SELECT ?n { ?s a aalco:AnnualSession ; aalco:number ?n } ORDER BY ?n", "rows": 2},
        "cite": {"thing": "session/53"},
    }
    async with client:
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == list(asked)
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)
        said = {}
        for name, arguments in asked.items():
            result = await client.call_tool(name, arguments)
            assert not result.is_error
            said[name] = result.content[0].text
        for name, arguments, words in (
            ("sparql", {"query": "SELECT ?n { ?s ?p }"}, "Line 1, column"),
            ("sparql", {"query": "SELECT * { ?a ?b ?c . ?d ?e ?f }"}, "too long"),
            ("sparql", {"query": "ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}, "no query leaves this server"),
            ("ask", {"question": "sesions"}, "Did you mean session"),
            ("ask", {"question": "topics-of-session", "parameters": {"ordinal": "x"}}, "takes a whole number"),
            ("get", {"thing": "session/530"}, "There is no thing called 'session/530'"),
        ):
            refused = await client.call_tool(name, arguments)
            assert refused.is_error
            assert words in refused.content[0].text
    return said


def told(said: dict[str, str]) -> None:
    """Hold what the tools say to what the graph knows."""
    assert "state/tr,Türkiye,State" in said["search"]
    assert "Held in: Tehran [1]" in said["get"]
    assert "Tehran, Iran, in 2014" in said["get"]
    assert "topics-of-session: Which cyberspace topics" in said["questions"]
    assert "Tehran (place/tehran)" in said["ask"]
    assert said["sparql"] == "n\n1\n2\n… 61 rows more; ask for more rows, or narrow the question.\n"
    assert BASE + "session/53" in said["cite"]
    assert "source/aalco-cyberspace-page" in said["cite"]


ENVIRONMENT = {**os.environ, "PYTHONPATH": str(files.HOME / "scripts")}


@pytest.mark.slow
def test_an_assistant_asks_over_standard_input() -> None:
    command = StdioServerParameters(command=sys.executable, args=["-m", "aalco_kg", "mcp"], env=ENVIRONMENT)
    told(asyncio.run(asyncio.wait_for(converse(Client(command)), 120)))


@pytest.mark.slow
def test_assistants_ask_over_http_one_after_the_other() -> None:
    port = free_port()
    command = [sys.executable, "-m", "aalco_kg", "mcp", "--port", str(port)]
    process = subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.DEVNULL)
    try:
        subprocess.run(
            [
                "curl",
                "-s",
                "-o",
                os.devnull,
                "--retry",
                "60",
                "--retry-delay",
                "1",
                "--retry-connrefused",
                f"http://127.0.0.1:{port}/",
            ],
            check=True,
            timeout=120,
        )
        for _ in range(2):
            told(asyncio.run(asyncio.wait_for(converse(Client(f"http://127.0.0.1:{port}/mcp")), 120)))
    finally:
        stop(process)


def test_without_the_extra_the_command_says_what_to_install(aalco, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    ran = aalco("mcp")
    assert ran.code == 2
    assert ran.err.startswith("aalco: aalco mcp needs the extra mcp. Install it: pip install 'aalco-kg[mcp]'")
