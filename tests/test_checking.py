"""`aalco check`: the records are clean, and whatever is broken in them is found at its line."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

from aalco_kg import checking, files, graph
from aalco_kg.checking import engines
from aalco_kg.checking.again import Judge
from aalco_kg.checking.reach import line
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES

SH = PREFIXES["sh"]
TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
SESSION = files.HOME / "data" / "session" / "53.ttl"


@pytest.fixture(scope="module")
def data() -> list[ox.Triple]:
    return graph.read(files.ontology_files() + files.data_files())


@pytest.fixture(scope="module")
def shapes() -> list[ox.Triple]:
    return graph.read(files.shape_files())


@pytest.mark.slow
def test_the_records_are_clean() -> None:
    assert [str(finding) for finding in checking.check()] == []


def required(shapes: Iterable[ox.Triple]) -> dict[str, set[str]]:
    """For each class with a shape, the properties of which it needs at least one value."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in shapes)
    rows = store.query(
        f"PREFIX sh: <{SH}> SELECT ?class ?path {{ ?shape sh:targetClass ?class ; sh:property ?property ."
        " ?property sh:path ?path ; sh:minCount ?n FILTER(?n > 0) }"
    )
    needs: dict[str, set[str]] = {}
    for row in rows:
        needs.setdefault(row["class"].value, set()).add(row["path"].value)
    return needs


def test_every_required_property_of_every_record_is_missed_when_taken_away(
    data: list[ox.Triple], shapes: list[ox.Triple]
) -> None:
    needs = required(shapes)
    assert len(needs) > 25
    kind = {t.subject: t.object.value for t in data if t.predicate == TYPE}
    gone = [t for t in data if t.predicate.value in needs.get(kind.get(t.subject, ""), ())]
    assert len(gone) > 10_000
    taken = set(gone)
    results = engines.validate((t for t in data if t not in taken), shapes)
    missed = {(r.focus, r.path) for r in results if r.component == "MinCountConstraintComponent"}
    assert {(t.subject.value, t.predicate.value) for t in gone} <= missed


def edited(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    """A copy of the record of session 53 with words replaced, outside the project."""
    text = SESSION.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "53.ttl"
    path.write_text(text, encoding="utf-8")
    return path


def whats(path: Path) -> list[str]:
    return [finding.what for finding in checking.check([path])]


def test_broken_turtle_is_named_with_its_line(tmp_path: Path) -> None:
    path = edited(tmp_path, ("a aalco:AnnualSession ;", "a aalco:AnnualSession "))
    [finding] = checking.check([path])
    assert finding.rule == "syntax"
    assert (
        finding.line
        == 1 + path.read_text(encoding="utf-8").splitlines().index("<session/53> a aalco:AnnualSession ") + 1
    )


def test_an_unknown_term_is_found_with_the_nearest(tmp_path: Path) -> None:
    found = whats(edited(tmp_path, ("aalco:heldIn", "aalco:heldAt")))
    assert any(what.startswith("aalco:heldAt is not a term of the ontology. Did you mean") for what in found)


def test_an_impossible_date_is_found(tmp_path: Path) -> None:
    found = whats(edited(tmp_path, ('"2014-09-15"^^xsd:date', '"2014-09-31"^^xsd:date')))
    assert any("'2014-09-31' is not a value of xsd:date" in what for what in found)


def test_another_layout_is_found_with_the_command_that_mends_it(tmp_path: Path) -> None:
    path = edited(tmp_path, ("    aalco:number 53 ;", "  aalco:number 53 ;"))
    assert whats(path) == [f"Not in canonical form. Run: aalco fmt {path}"]


def test_a_blank_is_found(tmp_path: Path) -> None:
    found = whats(edited(tmp_path, ("<place/tehran>", "<place/FILL-IN>")))
    assert any("is still blank" in what for what in found)


def test_a_missing_file_is_bad_use(aalco) -> None:
    ran = aalco("check", "data/session/530.ttl")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "aalco: There is no file data/session/530.ttl. Check the path.\n"


# Each rule that ties records together: a change of the real data, and the shape that has to find it.
def triple(subject: str, predicate: str, value: object) -> ox.Triple:
    if isinstance(value, str) and "/" in value:
        value = ox.NamedNode(value if ":" in value else BASE + value)
    elif isinstance(value, int):
        value = ox.Literal(value)
    elif isinstance(value, str):
        kind = {4: "gYear", 7: "gYearMonth", 10: "date"}[len(value)]
        value = ox.Literal(value, datatype=ox.NamedNode(PREFIXES["xsd"] + kind))
    prefix, _, local = predicate.partition(":")
    return ox.Triple(ox.NamedNode(BASE + subject), ox.NamedNode(PREFIXES[prefix] + local), value)


CHANGES = {
    "a second value": ("AnnualSession-number", [], [triple("session/53", "aalco:number", 99)]),
    "a city that has no record": ("AnnualSession-heldIn", [], [triple("session/53", "aalco:heldIn", "place/atlantis")]),
    "a State where a city belongs": ("AnnualSession-heldIn", [], [triple("session/53", "aalco:heldIn", "state/cn")]),
    "a value without evidence": ("Evidenced", [], [triple("session/53", "aalco:attendance", 99)]),
    "a number borne twice": (
        "UniqueNumber",
        [triple("session/53", "aalco:number", 53)],
        [triple("session/53", "aalco:number", 54)],
    ),
    "an end before the start": (
        "DateOrder",
        [triple("meeting/oewg-4", "aalco:endDate", "2019-09-04")],
        [triple("meeting/oewg-4", "aalco:endDate", "2019-08-31")],
    ),
    "a meeting outside its session": (
        "InsideSession",
        [triple("meeting/oewg-5", "aalco:startDate", "2023-10-15")],
        [triple("meeting/oewg-5", "aalco:startDate", "2023-11-15")],
    ),
    "a session without a city": ("Placed", [triple("session/53", "aalco:heldIn", "place/tehran")], []),
    "an event without a date": ("Dated", [triple("event/wuzhen-2017", "aalco:startDate", "2017-12-03")], []),
    "evidence for what is not asserted": (
        "EvidenceMatches",
        [triple("session/53", "aalco:heldIn", "place/tehran")],
        [],
    ),
    "a rejected value asserted": (
        "RejectedValue",
        [],
        [triple("meeting/oewg-2", "aalco:heldIn", "place/nairobi")],
    ),
    "a circle of topics": (
        "TopicCircle",
        [],
        [triple("topic/cyberspace", "skos:broader", "topic/cyber-warfare")],
    ),
    "a reference into nothing": ("Resolves", [], [triple("session/53", "aalco:host", "state/zz")]),
}


@pytest.fixture(scope="module")
def judge(data: list[ox.Triple], shapes: list[ox.Triple]) -> Judge:
    """The validator of what a change reaches; test_mutation.py holds it to the verdict on the whole."""
    return Judge(shapes, map(line, data))


def found_by(judge: Judge, gone: Iterable[ox.Triple], come: Iterable[ox.Triple]) -> set[tuple[str, str]]:
    """The node and the shape of each result after a change, which is taken back."""
    lines = list(map(line, gone)), list(map(line, come))
    results = judge.verdict(judge.change(*lines))
    judge.change(*reversed(lines))
    return {(result.focus.removeprefix(BASE), result.shape.rpartition("#")[2]) for result in results}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_found(name: str, data: list[ox.Triple], judge: Judge) -> None:
    shape, gone, come = CHANGES[name]
    assert set(gone) <= set(data)
    assert shape in {found for _, found in found_by(judge, gone, come)}


@pytest.mark.parametrize("name", ["evidence", "dispute", "gap"])
def test_record_keeping_that_loses_its_subject_is_found(name: str, data: list[ox.Triple], judge: Judge) -> None:
    node = {"evidence": "session/53#e1", "dispute": "meeting/oewg-2#d1", "gap": "meeting/oewg-2#g1"}[name]
    about = ox.NamedNode(ONTOLOGY + "about")
    [before] = (t for t in data if t.subject.value == BASE + node and t.predicate == about)
    after = ox.Triple(before.subject, about, ox.NamedNode(BASE + "session/530"))
    assert (node, "AboutKnown") in found_by(judge, [before], [after])


def test_a_quotation_of_thirteen_words_is_found(data: list[ox.Triple], judge: Judge) -> None:
    quote = ox.NamedNode(ONTOLOGY + "quote")
    before = next(t for t in data if t.subject.value.startswith(BASE + "session/53#") and t.predicate == quote)
    after = ox.Triple(before.subject, quote, ox.Literal(" ".join(["word"] * 13), language="en"))
    assert found_by(judge, [before], [after]) == {(before.subject.value.removeprefix(BASE), "Evidence-quote")}


@pytest.mark.slow
def test_both_validators_say_the_same(tmp_path: Path, shapes: list[ox.Triple]) -> None:
    """On one record and all it touches, broken in several ways; the whole graph takes pySHACL minutes."""
    wanted = {"session/53.ttl", "meeting/oewg-2.ttl", "place/tehran.ttl", "state/ir.ttl", "item/cyberspace.ttl"}
    some = [path for path in files.data_files() if f"{path.parent.name}/{path.name}" in wanted]
    assert len(some) == len(wanted)
    triples = graph.read(files.ontology_files() + some)
    triples += [triple("session/53", "aalco:number", 99), triple("meeting/oewg-2", "aalco:heldIn", "place/nairobi")]
    fast, slow = (engines.validate(triples, shapes, engine) for engine in ("fast", "pyshacl"))
    assert len(fast) > 20
    assert fast == slow


@pytest.mark.slow
def test_the_reference_validator_finds_the_records_clean_too(aalco) -> None:
    ran = aalco("check", "--engine", "pyshacl")
    assert (ran.code, ran.out, ran.err) == (0, "", "Nothing to mend.\n")


def test_reports_in_json_and_turtle_hold_the_same_findings(aalco, tmp_path: Path) -> None:
    path = edited(tmp_path, ("aalco:heldIn", "aalco:heldAt"))
    text, as_json, as_turtle = (aalco("check", path, "--format", form) for form in ("text", "json", "turtle"))
    assert text.code == as_json.code == as_turtle.code == 1
    assert as_json.out.count('"what"') == len(text.out.splitlines())
    report = ox.parse(as_turtle.out.encode(), ox.RdfFormat.TURTLE)
    assert sum(quad.predicate.value == SH + "result" for quad in report) == len(text.out.splitlines())


@pytest.mark.slow
def test_nothing_is_written_when_the_data_is_wrong(tmp_path: Path) -> None:
    for folder in ("ontology", "data", "queries", "scripts"):
        shutil.copytree(files.HOME / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    broken = tmp_path / "data" / "session" / "53.ttl"
    broken.write_text(broken.read_text(encoding="utf-8").replace("aalco:number 53", "aalco:number 0"), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "scripts"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "aalco_kg", "build"]
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 1
    assert "nothing was written" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "ontology", "queries", "scripts"]
