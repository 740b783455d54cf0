"""`aalco check --report`: a page of what is proven, and the same as JSON."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aalco_kg.checking import records, report
from aalco_kg.errors import UserError
from aalco_kg.files import HOME, hygiene_files

FOUND = {"made": 200, "missed": ["a <fault>"], "differing": 0}
TESTS = {
    "test_reasoning": {
        "about": "Before reasoners",
        "sentences": {"every class can have members": {"passed": 3, "failed": 0, "skipped": 1}},
    },
    "test_queries": {
        "about": "The questions",
        "sentences": {"the golden answer": {"passed": 1, "failed": 2, "skipped": 0}},
    },
}


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of records, none in it yet."""
    monkeypatch.setattr(records, "FOLDER", tmp_path / "measured")
    return tmp_path / "measured"


@pytest.mark.slow
def test_the_page_and_its_json_tell_what_was_proven(
    aalco, tmp_path: Path, measured: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report.prove, "__defaults__", (1,))
    records.write("tests", {"test_reasoning": TESTS["test_reasoning"]}, records.state())
    ran = aalco("check", "--report", tmp_path / "proof")
    assert (ran.code, ran.err) == (0, "")
    told = json.loads((tmp_path / "proof" / "proof.json").read_text(encoding="utf-8"))
    assert [gate["held"] for gate in told["gates"]] == [True] * 6 + [None] * 4
    assert told["counts"]["evidence records"] > 5_000
    assert all(made == found for made, found in told["faults"].values())
    page = (tmp_path / "proof" / "proof.html").read_text(encoding="utf-8")
    for gate in told["gates"]:
        assert gate["name"] in page
    assert len(told["faults"]) == len(report.mutation.FAMILIES)
    assert not re.search(r"<script|<link|src=|https?://", page)
    assert "color-scheme: light dark" in page


def test_what_took_long_is_told_with_its_day_and_whether_it_is_of_this_graph(measured: Path) -> None:
    records.write("faults", {"one": FOUND, "two": FOUND}, records.state())
    records.write("faults-by-both", {"one": FOUND | {"differing": 3}}, records.state())
    records.write("tests", TESTS, "another")
    told, day = {gate.name: gate for gate in report.recorded()}, datetime.now(UTC).date().isoformat()
    assert told["Every single fault is found"].outcome == "99.50% found"
    assert (
        told["Every single fault is found"].shows == f"400 faults in 2 families, all of each family, measured on {day}"
    )
    assert told["Both validators say the same of faults"].held is False
    assert told["Both validators say the same of faults"].outcome == "3 judged differently"
    reasoner, golden, formats = (told[report.TESTED[i][0]] for i in (0, 1, 3))
    assert (reasoner.held, reasoner.outcome) == (True, "3 cases passed, 1 skipped")
    assert reasoner.shows.endswith(f"measured on {day}, of another state of the graph")
    assert (golden.held, golden.outcome) == (False, "1 cases passed, 2 failed")
    assert (formats.held, formats.outcome[:17]) == (None, "not measured here")


def test_where_nothing_was_measured_the_page_says_so(measured: Path) -> None:
    assert [gate.name for gate in report.recorded()] == [name for name, _, _ in report.TESTED]
    assert {gate.held for gate in report.recorded()} == {None}


def test_the_tests_that_the_page_names_are_there() -> None:
    for _, module, _ in report.TESTED:
        assert Path(__file__).with_name(f"{module}.py").exists()


@pytest.mark.slow
def test_a_run_of_tests_leaves_a_record(tmp_path: Path) -> None:
    """As AALCO_RECORD=1 scripts/test does, of one module here."""
    script = (
        "import sys, pytest; from pathlib import Path; from aalco_kg.checking import records;"
        f"records.FOLDER = Path({str(tmp_path)!r}); sys.exit(pytest.main(sys.argv[1:]))"
    )
    which = [str(Path(__file__).with_name("test_hygiene.py")), "-k", "opens", "-p", "no:cacheprovider"]
    ran = subprocess.run(
        [sys.executable, "-c", script, *which],
        env=os.environ | {"AALCO_RECORD": "1", "PYTHONPATH": str(HOME / "scripts")},
        cwd=HOME,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout
    kept = json.loads((tmp_path / "tests.json").read_text(encoding="utf-8"))
    assert kept["state"] == records.state()
    assert list(kept["results"]) == ["test_hygiene"]
    [(sentence, counts)] = kept["results"]["test_hygiene"]["sentences"].items()
    assert sentence == "a query opens with its sentence and both parsers read it"
    assert counts == {"passed": len(hygiene_files()), "failed": 0, "skipped": 0}


def test_a_gate_that_did_not_hold_is_said_and_texts_are_escaped(tmp_path: Path) -> None:
    gate = report.Gate("Nothing holds", "a <test>", "1 to mend", False)
    tested = report.Tested("The <questions>", {"the answer": {"passed": 7, "failed": 0, "skipped": 0}})
    proof = report.Proof(
        "0", {"files": 1}, (gate,), {"a family": (2, 1)}, ("a family: <x>",), "today", {"test_x": tested}, "yesterday"
    )
    page = report.write(proof, tmp_path)[1].read_text(encoding="utf-8")
    assert "not everything holds" in page
    assert "no: 1 to mend" in page
    assert "a &lt;test&gt;" in page
    assert "The &lt;questions&gt; (test_x)" in page
    assert "What the tests prove, yesterday" in page
    assert "<li>a family: &lt;x&gt;</li>" in page


def test_a_folder_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    proof = report.Proof("0", {}, (), {}, ())
    with pytest.raises(UserError, match="cannot be written"):
        report.write(proof, tmp_path / "file" / "proof")
