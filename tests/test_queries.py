"""The canned queries: golden answers on two engines, parameters bound as terms, headers complete."""

import csv
import io
import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from conftest import Ran
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aalco_kg import files, queries, remote, table, things
from aalco_kg.errors import UserError
from aalco_kg.fold import fold
from aalco_kg.graph import Graph
from aalco_kg.terms import BASE

GOLDEN = files.HOME / "tests" / "golden"
# What each query with a required parameter is asked in its golden answer.
ASKED = {
    "evidence": {"subject": "session/53"},
    "instrument-parties": {"instrument": "instrument/budapest-convention"},
    "members-on": {"day": "2016-05-17"},
    "participants": {"meeting": "meeting/oewg-4"},
    "process": {"process": "process/gge-2019-2021"},
    "search": {"text": "Türkiye"},
    "session": {"ordinal": "53"},
    "sessions-on-topic": {"topic": "topic/cybercrime-and-international-law"},
    "topics-of-session": {"ordinal": "58"},
}
# The columns that are promised, in order; more may follow.
PROMISED = {
    "sessions": "number session start end city country",
    "item-timeline": "date event kind place session",
    "item-origin": "session city country year proposer",
    "focus-areas": "topic label",
    "topics": "topic label broader deliberations",
    "topics-of-session": "topic label",
    "sessions-on-topic": "number session city year",
    "resolutions": "symbol title session adopted",
    "provisions": "provision action addressee subject",
    "mandates-and-outcomes": "provision asked outcome outcomeDate",
    "working-group-meetings": "number start end city country session chair rapporteur",
    "participants": "participant kind",
    "documents": "document title kind date session",
    "venues": "place country lat long sessions",
    "people": "person role body from to",
    "positions": "state topic stance occasion summary",
    "evidence": "property value source locator quote",
    "disputes": "subject property asserted rejected source reason",
    "gaps": "subject property missing searched",
    "sources": "source title publisher kind facts",
}
NAMES = sorted(queries.catalogue())


def bound(graph: Graph, name: str) -> str:
    return queries.named(name).bind(graph, ASKED.get(name, {}))


def as_csv(answer: table.Table) -> str:
    return table.write(answer, "csv").replace("\r\n", "\n")


@pytest.mark.parametrize("name", NAMES)
def test_the_golden_answer(name: str, loaded: Graph) -> None:
    answer = table.run(loaded, bound(loaded, name))
    assert isinstance(answer, table.Table)
    path = GOLDEN / f"{name}.csv"
    if os.environ.get("AALCO_WRITE_GOLDEN"):
        path.write_text(as_csv(answer), encoding="utf-8")
    assert as_csv(answer) == path.read_text(encoding="utf-8")
    assert answer.rows


def test_every_golden_answer_has_its_query() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*.csv")) == NAMES


@cache
def _rdflib(path: Path) -> rdflib.Graph:
    graph = rdflib.Dataset() if path.suffix == ".nq" else rdflib.Graph()
    with path.open("rb") as file:
        return graph.parse(file, format="nquads" if path.suffix == ".nq" else "turtle")


def golden(name: str) -> list[tuple[str, ...]]:
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file)][1:]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")  # rdflib's own use of it
@pytest.mark.parametrize("view", ["ttl", "nq"])
@pytest.mark.parametrize("name", NAMES)
def test_rdflib_gives_the_same_rows(name: str, view: str, loaded: Graph, built: Path) -> None:
    found = _rdflib(built / f"aalco-kg.{view}").query(bound(loaded, name))
    assert [tuple("" if term is None else str(term) for term in row) for row in found] == golden(name)


@pytest.mark.slow
def test_the_quads_view_gives_the_same_rows(loaded: Graph, built: Path) -> None:
    store = ox.Store()
    store.bulk_load(path=str(built / "aalco-kg.nq"))
    for name in NAMES:
        found = store.query(bound(loaded, name))
        assert isinstance(found, ox.QuerySolutions)
        assert [tuple("" if term is None else term.value for term in row) for row in found] == golden(name), name


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_remote_endpoint_gives_the_same_rows(name: str, loaded: Graph, endpoint: str) -> None:
    answer = remote.ask(endpoint, bound(loaded, name))
    assert isinstance(answer, table.Table)
    assert as_csv(answer) == (GOLDEN / f"{name}.csv").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_command_asks_a_remote_endpoint(endpoint: str, aalco: Callable[..., Ran]) -> None:
    ran = aalco("query", "item-timeline", "--endpoint", endpoint, "--format", "csv")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.replace("\r\n", "\n") == (GOLDEN / "item-timeline.csv").read_text(encoding="utf-8")
    ran = aalco("sparql", "CONSTRUCT { ?s a ?o } { ?s a ?o }", "--endpoint", endpoint, "--format", "ntriples")
    assert len(ran.out.splitlines()) > 5_000
    assert aalco("sparql", "ASK { ?s ?p ?o }", "--endpoint", endpoint).out == "yes\n"
    wrong = aalco("sparql", "ASK { ?s ?p ?o }", "--endpoint", endpoint.replace("/query", "/nowhere"))
    assert wrong.code == 1
    assert "answered 404" in wrong.err or "refused" in wrong.err


def test_the_folding_of_the_search_query_is_that_of_the_keys(loaded: Graph) -> None:
    """Whoever types a name as it stands in the graph finds the thing."""
    names = [text for iri, texts in loaded.labels.items() if iri.startswith(BASE) for text in texts.values()]
    assert len(names) > 4_000
    sought = queries.named("search").text.partition("?thing aalco:searchKey")[0].partition("WHERE {")[2]
    values = " ".join(str(ox.Literal(text)) for text in names)
    rows = table.run(
        loaded, f"SELECT ?name ?sought {{ VALUES ?name {{ {values} }} {sought.replace('?_text', '?name')} }}"
    )
    assert isinstance(rows, table.Table)
    wrong = [
        name
        for name, folded in zip(rows.column("name"), rows.column("sought"), strict=True)
        if folded not in fold(name)
    ]
    assert wrong[:20] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_header_says_what_the_query_does(name: str, loaded: Graph) -> None:
    query = queries.named(name)
    assert query.summary.endswith("?")
    assert query.description.endswith(".")
    assert query.tags
    answer = table.run(loaded, bound(loaded, name))
    assert isinstance(answer, table.Table)
    assert list(answer.columns) == list(query.columns)
    assert re.search(r"^ORDER BY ", query.text, re.M)
    promised = PROMISED.get(name, "").split()
    assert list(query.columns)[: len(promised)] == promised


def test_every_promised_query_is_there() -> None:
    assert set(PROMISED) <= set(NAMES)


def test_no_optional_inside_an_optional_and_no_open_path() -> None:
    """Both are whole-graph scans on some engines."""
    for name in NAMES:
        text = re.sub(r"\{\s*SELECT .*?GROUP BY [^}]*\}", "{}", queries.named(name).text, flags=re.S)
        assert "broader*" not in text, name
        assert "broader+" not in text, name


@pytest.mark.parametrize(
    "text", ["session/53", "aalco-kg:53", "Fifty-Third Annual Session", "الدورة السنوية الثالثة والخمسون"]
)
def test_a_thing_is_found_by_address_and_by_name(text: str, loaded: Graph) -> None:
    if text.startswith("aalco-kg"):
        text = "https://w3id.org/aalco-kg/id/session/53"
    assert things.find(loaded, text) == "https://w3id.org/aalco-kg/id/session/53"


def test_a_kind_completes_a_bare_slug(loaded: Graph) -> None:
    assert things.find(loaded, "cyber-warfare", "topic").endswith("/topic/cyber-warfare")
    assert things.find(loaded, "china", "state").endswith("/state/cn")
    assert things.find(loaded, "heldIn", "property").endswith("#heldIn")


def test_an_unknown_thing_is_answered_with_the_nearest(loaded: Graph) -> None:
    with pytest.raises(UserError, match=r"no topic called 'cyber warfar'.*topic/cyber-warfare"):
        things.find(loaded, "cyber warfar", "topic")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=40))
def test_no_text_changes_the_meaning_of_a_query(text: str, loaded: Graph) -> None:
    sparql = queries.named("search").bind(loaded, {"text": text})
    answer = table.run(loaded, sparql)
    assert isinstance(answer, table.Table)
    assert answer.columns == tuple(queries.named("search").columns)
    for term in answer.rows:
        assert isinstance(term[0], ox.NamedNode)


def test_search_finds_whatever_the_case_and_the_accents(loaded: Graph) -> None:
    for text in ("turkiye", "TÜRKIYE", "تركيا"):
        sparql = queries.named("search").bind(loaded, {"text": text})
        answer = table.run(loaded, sparql)
        assert isinstance(answer, table.Table)
        assert "state/tr" in answer.column("thing"), text


def test_members_on_a_day_counts_from_the_first_day_of_membership(loaded: Graph) -> None:
    def members(day: str) -> list[str]:
        answer = table.run(loaded, queries.named("members-on").bind(loaded, {"day": day}))
        assert isinstance(answer, table.Table)
        return answer.column("state")

    assert "state/vn" not in members("2017-02-23")
    assert "state/vn" in members("2017-02-24")
    assert "state/ae" in members("2021-10-31"), "not yet known to have left"
    assert "state/ae" not in members("2021-11-01"), "known to have left by November 2021"


@pytest.mark.parametrize(
    ("day", "number"),
    [
        ("2015-04-13", 47),
        ("2017-04-24", 47),
        ("2018-10-09", 47),
        ("2019-10-20", 48),
        ("2021-11-30", 47),
        ("2024-09-10", 48),
    ],
)
def test_the_members_listed_are_as_many_as_sources_counted(day: str, number: int, loaded: Graph) -> None:
    answer = table.run(loaded, queries.named("members-on").bind(loaded, {"day": day}))
    assert isinstance(answer, table.Table)
    assert len(set(answer.column("state"))) == len(answer.rows) == number


def test_results_are_written_in_the_standard_formats(loaded: Graph) -> None:
    answer = table.run(loaded, bound(loaded, "item-origin"))
    assert isinstance(answer, table.Table)
    for form, kind in (("json", ox.QueryResultsFormat.JSON), ("xml", ox.QueryResultsFormat.XML)):
        parsed = ox.parse_query_results(io.BytesIO(table.write(answer, form).encode()), format=kind)
        assert [variable.value for variable in parsed.variables] == list(answer.columns)
        assert [tuple(row[name] for name in answer.columns) for row in parsed] == list(answer.rows)
