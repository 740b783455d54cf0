"""`aalco check --report`: a page of what is proven, and the same as JSON."""

import json
import re
from pathlib import Path

import pytest

from aalco_kg.checking import report
from aalco_kg.errors import UserError


@pytest.mark.slow
def test_the_page_and_its_json_tell_what_was_proven(aalco, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report.prove, "__defaults__", (2,))
    ran = aalco("check", "--report", tmp_path / "proof")
    assert (ran.code, ran.err) == (0, "")
    told = json.loads((tmp_path / "proof" / "proof.json").read_text(encoding="utf-8"))
    assert len(told["gates"]) == 5
    assert all(gate["held"] for gate in told["gates"])
    assert told["counts"]["evidence records"] > 5_000
    assert all(made == found for made, found in told["faults"].values())
    page = (tmp_path / "proof" / "proof.html").read_text(encoding="utf-8")
    for gate in told["gates"]:
        assert gate["name"] in page
    assert len(told["faults"]) == len(report.mutation.FAMILIES)
    assert not re.search(r"<script|<link|src=|https?://", page)
    assert "color-scheme: light dark" in page


def test_a_gate_that_did_not_hold_is_said_and_texts_are_escaped(tmp_path: Path) -> None:
    gate = report.Gate("Nothing holds", "a <test>", "1 to mend", False)
    proof = report.Proof("0", {"files": 1}, (gate,), {"a family": (2, 1)}, ("a family: <x>",))
    page = report.write(proof, tmp_path)[1].read_text(encoding="utf-8")
    assert "not everything holds" in page
    assert "no: 1 to mend" in page
    assert "a &lt;test&gt;" in page
    assert "<li>a family: &lt;x&gt;</li>" in page


def test_a_folder_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    proof = report.Proof("0", {}, (), {}, ())
    with pytest.raises(UserError, match="cannot be written"):
        report.write(proof, tmp_path / "file" / "proof")
