"""The API: questions and things as JSON that stays as it is; whatever is sent, an answer in words and no fault."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sysconfig
from typing import Any

import jsonschema
import pyoxigraph as ox
import pytest
import rdflib
from http_client import Got, ask, fields
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_queries import ASKED

from aalco_kg import __version__, files, queries
from aalco_kg.graph import Graph
from aalco_kg.server.matching import TYPES, Matcher
from aalco_kg.terms import BASE, ONTOLOGY

NAMES = sorted(queries.catalogue())


def answered(got: Got) -> Any:
    assert (got.status, got.headers["content-type"]) == (200, "application/json")
    return json.loads(got.body)


def test_the_questions_are_listed_with_what_they_take_and_give(served: str) -> None:
    listed = answered(ask(served + "/api/queries"))
    assert [query["name"] for query in listed] == NAMES
    (one,) = [query for query in listed if query["name"] == "topics-of-session"]
    assert one["url"] == "/api/queries/topics-of-session"
    assert one["parameters"] == [
        {
            "name": "ordinal",
            "type": "integer",
            "required": True,
            "help": "number of the session, such as 58",
            "kind": None,
        }
    ]


@pytest.mark.parametrize("name", NAMES)
def test_each_question_gives_the_golden_rows_in_each_form(name: str, served: str) -> None:
    required = [p.name for p in queries.named(name).parameters if p.required]
    sent = fields(**ASKED.get(name, {}))
    assert bool(required) == bool(sent), name
    golden = (files.HOME / f"tests/golden/{name}.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(golden)))
    got = ask(f"{served}/api/queries/{name}", query=sent, Accept="text/csv")
    assert got.body.decode().replace("\r\n", "\n") == golden
    found = answered(ask(f"{served}/api/queries/{name}", query=sent))
    assert (found["query"], found["total"], found["release"]) == (name, len(rows) - 1, __version__)
    assert [list(row) for row in found["rows"]] == [rows[0]] * (len(rows) - 1)
    plain = [[_plain(value) for value in row.values()] for row in found["rows"]]
    assert plain == rows[1:]
    store = ox.Store()
    store.load(ask(f"{served}/api/queries/{name}", query=sent, Accept="text/turtle").body, ox.RdfFormat.TURTLE)
    rs = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
    assert len(list(store.quads_for_pattern(None, ox.NamedNode(rs + "solution"), None))) == len(rows) - 1


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("id", value.get("text")))
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def test_pages_follow_one_another_by_link(served: str) -> None:
    whole = answered(ask(served + "/api/queries/sessions"))["rows"]
    path, found = "/api/queries/sessions?per_page=10", []
    while path:
        got = ask(served + path)
        found += answered(got)["rows"]
        rels = {rel: target for target, rel in re.findall(r'<([^>]*)>; rel="(\w+)"', got.headers["link"])}
        assert rels["last"].startswith("/api/queries/sessions?page=7&")
        path = rels.get("next", "")
    assert (len(found), found) == (63, whole)
    assert 'rel="next"' not in ask(served + "/api/queries/sessions").headers["link"]


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("sesions", 404, "No query has this name."),
        ("sessions?ordinal=5", 400, "sessions has no parameter 'ordinal'."),
        ("topics-of-session", 400, "topics-of-session needs ordinal: number of the session, such as 58."),
        ("topics-of-session?ordinal=x", 400, "ordinal takes a whole number, not 'x'."),
        ("topics-of-session?ordinal=5&ordinal=6", 400, "ordinal is given twice."),
        ("members-on?day=2016-02-30", 400, "day takes a day, not '2016-02-30'."),
        ("positions?state=Chna", 404, "There is no state called 'Chna'."),
        ("positions?state=", 400, "state takes from 1 to 500 characters, not 0."),
        ("sessions?per_page=0", 400, "per_page takes a whole number from 1 to 10000, not '0'."),
        ("sessions?per_page=5&page=x", 400, "page takes a whole number from 1 to 1000000000, not 'x'."),
    ],
)
def test_a_wrong_question_is_a_problem_in_words(path: str, status: int, title: str, served: str) -> None:
    got = ask(f"{served}/api/queries/{path}")
    assert (got.status, got.headers["content-type"]) == (status, "application/problem+json")
    problem = json.loads(got.body)
    assert (problem["title"], problem["status"]) == (title, status)
    assert "--" not in problem["title"] + problem["detail"]


def test_things_keep_to_the_published_schema(loaded: Graph, served: str) -> None:
    got = ask(served + "/api/thing.schema.json")
    assert got.headers["content-type"] == "application/schema+json"
    schema = json.loads(got.body)
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    things = sorted({iri for iri in loaded.labels if iri.startswith(BASE) and "#" not in iri})
    kinds = {iri.removeprefix(BASE).partition("/")[0]: iri for iri in reversed(things)}
    assert len(kinds) > 30
    for iri in kinds.values():
        thing = answered(ask(served + "/api/things/" + iri.removeprefix(BASE)))
        validator.validate(thing)
        assert thing["id"] == iri
    assert list(validator.iter_errors({"id": BASE + "session/53"}))


def test_a_thing_tells_its_facts_with_evidence_disputes_gaps_and_mentions(served: str) -> None:
    session = answered(ask(served + "/api/things/session/53"))
    assert session["label"]["en"] == "Fifty-Third Annual Session"
    held = next(fact for fact in session["facts"] if fact["property"]["id"] == ONTOLOGY + "heldIn")
    (value,) = held["values"]
    assert value["value"]["id"] == BASE + "place/tehran"
    assert {witness["source"]["id"] for witness in value["evidence"]} >= {BASE + "source/aalco-cyberspace-page"}
    assert any("Tehran, Iran" in (w["quote"] or {}).get("text", "") for w in value["evidence"])
    meeting = answered(ask(served + "/api/things/meeting/oewg-2"))
    assert any(fact["disputes"] for fact in meeting["facts"])
    assert any(fact["gaps"] for fact in meeting["facts"])
    assert any(
        thing["id"] == BASE + "session/53/deliberation/cyberspace"
        for mention in session["mentions"]
        for thing in mention["things"]
    )
    for name in ("session/530", "session/53%23e1", "x", "../etc", "session/53/", "a%0d%0ab/c"):
        assert ask(served + "/api/things/" + name).status == 404, name


def test_openapi_is_valid_and_names_every_question(served: str) -> None:
    document = answered(ask(served + "/openapi.json"))
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": served}]
    assert set(document["paths"]) == {
        "/api/queries",
        "/api/things/{kind}/{slug}",
        *(f"/api/queries/{name}" for name in NAMES),
    }
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                jsonschema.Draft202012Validator.check_schema(parameter["schema"])
            assert operation["summary"].endswith("?"), path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "tested"),
    [
        (["--phases", "examples,fuzzing"], len(NAMES) + 2),
        (["--phases", "coverage", "--include-path-regex", "things|/(evidence|members-on|search)$"], 4),
    ],
)
def test_schemathesis_finds_no_fault(options: list[str], tested: int, served: str) -> None:
    program = shutil.which("st", path=sysconfig.get_path("scripts"))
    assert program
    ran = subprocess.run(
        [program, "run", served + "/openapi.json", "--max-examples", "3", "--seed", "1", *options],
        capture_output=True,
        text=True,
        env=os.environ | {"NO_COLOR": "1"},
        timeout=300,
    )
    assert ran.returncode == 0, ran.stdout[-4000:]
    assert f"Tested: {tested}\n" in ran.stdout


HEADER = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0", exclude_categories=["Cc"]), max_size=60)
PATHS = st.one_of(
    st.binary(max_size=40).map(lambda raw: "".join(f"%{byte:02x}" for byte in raw)),
    st.text("abc/.%2eE0d\\:;@~'\"()*", max_size=40).filter(lambda text: "%" not in text),
    st.sampled_from(["session/53", "topic/x", "..%2f..", "%0d%0aX-Injected:%201", "%00", "%E2%80%AE", "a" * 3000]),
)
FRONTS = [
    "",
    "id/",
    "data/",
    "en/",
    "ar/",
    "api/queries/",
    "api/things/",
    f"release/{__version__}/",
    "reconcile/",
    "static/",
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    front=st.sampled_from(FRONTS),
    path=PATHS,
    query=st.one_of(st.just(""), st.binary(max_size=30).map(lambda raw: "".join(f"%{b:02x}" for b in raw))),
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]),
    headers=st.dictionaries(
        st.sampled_from(
            ["Accept", "Accept-Language", "If-None-Match", "Content-Type", "Origin", "X-Forwarded-For", "Range"]
        ),
        HEADER,
        max_size=3,
    ),
)
def test_no_request_is_answered_by_a_fault(
    front: str, path: str, query: str, method: str, headers: dict[str, str], served: str
) -> None:
    got = ask(f"{served}/{front}{path}", method, query, b"x=1" if method == "POST" else None, **headers)
    assert got.status < 500 or (got.status == 503 and "retry-after" in got.headers)
    assert "x-injected" not in got.headers
    assert "access-control-allow-credentials" not in got.headers
    assert b"Traceback" not in got.body
    assert b"Internal Server Error" not in got.body
    assert got.status != 200 or method in ("GET", "HEAD", "POST")


TOKENS = """SELECT ASK CONSTRUCT DESCRIBE WHERE FROM NAMED GRAPH SERVICE LOAD INSERT DATA { } ( ) . ; , * ?x $y <a:a>
<session/53> 'x' "y" 1 0.5 a / ^ + | OPTIONAL UNION FILTER BIND AS VALUES UNDEF MINUS LIMIT OFFSET ORDER BY GROUP HAVING
COUNT PREFIX BASE : aalco:x @en ^^ _:b [] # \\ \\u0000 é العربية 🙂 <http://127.0.0.1:1/>"""
WORDS = st.lists(st.sampled_from([*TOKENS.split(), "\n", "\x00"]), max_size=25).map(" ".join)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.one_of(WORDS, st.text(max_size=60)), accept=st.one_of(st.none(), HEADER))
def test_no_query_is_answered_by_a_fault(query: str, accept: str | None, served: str) -> None:
    form = {"Content_Type": "application/x-www-form-urlencoded", **({"Accept": accept} if accept else {})}
    sent = fields(query=query.encode("utf-8", "surrogatepass").decode("latin-1"))
    got = ask(served + "/sparql", "POST", body=sent, **form)
    assert got.status in (200, 400, 403, 406)
    assert b"Traceback" not in got.body


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sent=st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(["q0", "query", "type", "limit", "properties", "ids", "id", "pid", "v"]),
                inner,
                max_size=4,
            ),
        ),
    ),
    parameter=st.sampled_from(["queries", "extend"]),
)
def test_no_reconciliation_is_answered_by_a_fault(sent: Any, parameter: str, served: str) -> None:
    form = "application/x-www-form-urlencoded"
    body = fields(**{parameter: json.dumps(sent)})
    got = ask(served + "/reconcile", "POST", body=body, Content_Type=form)
    assert got.status in (200, 400)
    if got.status == 200:
        json.loads(got.body)


def test_the_reconciliation_service_describes_itself(served: str) -> None:
    manifest = answered(ask(served + "/reconcile"))
    assert manifest["versions"] == ["0.2"]
    assert manifest["identifierSpace"] == BASE
    assert [kind["id"] for kind in manifest["defaultTypes"]] == list(TYPES)
    view = manifest["view"]["url"].replace("{{id}}", "session/53")
    assert ask(view, Accept="text/turtle").status == 303
    preview = ask(manifest["preview"]["url"].replace("{{id}}", "state/cn"))
    assert (preview.status, "China" in preview.text) == (200, True)
    for name, prefix, expected in (
        ("entity", "tur", "state/tr"),
        ("entity", "تركيا", "state/tr"),
        ("type", "stat", "State"),
        ("property", "held in", "heldIn"),
    ):
        service = manifest["suggest"][name]
        got = answered(ask(service["service_url"] + service["service_path"], query=fields(prefix=prefix)))
        assert expected in [item["id"] for item in got["result"]]
    proposed = manifest["extend"]["propose_properties"]
    got = answered(ask(proposed["service_url"] + proposed["service_path"], query=fields(type="AnnualSession")))
    assert {"heldIn", "number"} <= {item["id"] for item in got["properties"]}


def test_columns_are_added_to_what_was_matched(served: str) -> None:
    wanted = {
        "ids": ["session/53", "session/x"],
        "properties": [{"id": "number"}, {"id": "heldIn"}, {"id": "startDate"}],
    }
    got = answered(ask(served + "/reconcile", query=fields(extend=json.dumps(wanted))))
    assert [column["id"] for column in got["meta"]] == ["number", "heldIn", "startDate"]
    assert list(got["rows"]) == ["session/53"]
    row = got["rows"]["session/53"]
    assert row["number"] == [{"int": 53}]
    assert row["heldIn"] == [{"id": "place/tehran", "name": "Tehran"}]
    assert row["startDate"] == [{"date": "2014-09-15"}]


def test_only_the_very_name_of_one_thing_is_a_match(loaded: Graph, served: str) -> None:
    batch = {
        "q0": {"query": "Republic of Korea", "type": "State"},
        "q1": {"query": "Korea", "type": "State"},
        "q2": {"query": "state/cn"},
        "q3": {"query": "Atlantis of the deep blue sea", "type": "State"},
        "q4": {"query": "Annual Session", "type": "AnnualSession", "properties": [{"pid": "heldIn", "v": "Tehran"}]},
        "q5": {"query": "Türkiye", "limit": 1},
    }
    got = answered(ask(served + "/reconcile", query=fields(queries=json.dumps(batch))))
    results = {key: [(one["id"], one["match"]) for one in found["result"]] for key, found in got.items()}
    assert results["q0"][0] == ("state/kr", True)
    assert {name for name, match in results["q1"]} >= {"state/kr", "state/kp"}
    assert not any(match for _, match in results["q1"])
    assert results["q2"][0] == ("state/cn", True)
    assert not any(match for _, match in results["q3"])
    best = [name for name, _ in results["q4"]]
    tehran = loaded.subjects(ONTOLOGY + "heldIn", BASE + "place/tehran")
    assert best
    assert BASE + best[0] in tehran
    assert results["q5"] == [("state/tr", True)]


def test_every_label_of_a_state_is_matched(loaded: Graph) -> None:
    matcher = Matcher(loaded)
    states = [iri for iri, kind in matcher.types.items() if kind == "State"]
    assert len(states) > 100
    for iri in states[::4]:
        for label in loaded.labels[iri].values():
            assert iri in [one.iri for one in matcher.candidates(label, "State", {}, 3) if one.score == 100.0]


def test_turtle_of_an_answer_is_read_by_rdflib(served: str) -> None:
    got = ask(served + "/api/queries/item-origin", Accept="text/turtle")
    assert len(rdflib.Graph().parse(data=got.text, format="turtle")) > 20
