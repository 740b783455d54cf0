"""The recipe of data/README.md, followed in a copy of the project, and a new record of every kind."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aalco_kg import files, new
from aalco_kg.errors import UserError
from aalco_kg.graph import Graph

Run = Callable[[str], "subprocess.CompletedProcess[str]"]
SOURCE = 'new source notice-64 --title "Session announced" --publisher Nation --kind press --language en --read "whole"'
KINDS = {
    "session": "64 --city Nairobi --start 2026-09-14 --end 2026-09-18",
    "meeting": 'oewg-6 --number 6 --body oewg-cyberspace --start 2026-09-14 --item cyberspace --label "Sixth Meeting"',
    "resolution": 'res-64-s-17 --symbol "RES/64/S 17" --session 63 --item cyberspace --label "Resolution RES/64/S 17"',
    "document": 'brief-64 --kind secretariat-brief --date 2026 --item cyberspace --label "Brief of 2026"',
    "position": "kenya-64 --state ke --stance supports --topic privacy --occasion session/63 --summary S --label K",
}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of the project in which records may be written."""
    for folder in ("ontology", "data", "scripts/aalco_kg"):
        shutil.copytree(files.HOME / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


@pytest.fixture
def run(clone: Path) -> Run:
    """Run `aalco` with a line of arguments in the copy."""
    environment = {**os.environ, "PYTHONPATH": str(clone / "scripts")}

    def ran(line: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "aalco_kg", *shlex.split(line)]
        return subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True, check=False)

    return ran


def fill(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f'"{new.BLANK}"@ar', '"اسم"@ar').replace(f'"{new.BLANK}"@en', '"name"@en'), "utf-8")


@pytest.mark.slow
def test_the_recipe_for_a_session_works_as_written(clone: Path, run: Run) -> None:
    readme = (files.HOME / "data" / "README.md").read_text(encoding="utf-8")
    recipe = readme.partition("## Add a session")[2].partition("\n## ")[0]
    commands = re.findall(r"^    scripts/aalco (.*)$", recipe, re.M)
    assert len(commands) == 3
    for command in commands[:2]:
        ran = run(
            command.replace("SLUG", "notice-64")
            .replace("https://…", "https://example.org/64")
            .replace("…", "Some words")
        )
        assert (ran.returncode, ran.stderr) == (0, "")
        assert ran.stdout.startswith("Written: data/")
    unfilled = run(commands[2])
    assert unfilled.returncode == 1
    assert "source/notice-64: rdfs:label is still blank" in unfilled.stdout
    fill(clone / "data" / "source" / "notice-64.ttl")
    session = clone / "data" / "session" / "64.ttl"
    text = session.read_text(encoding="utf-8")
    text = text.replace("<source/notice-64> .", "<source/notice-64> ;\n    aalco:basis <basis/planned> .")
    text = text.replace("heldIn <place/nairobi> .", "heldIn <place/nairobi> ;\n    aalco:host <state/ke> .")
    text += (
        "[] a aalco:Evidence ; aalco:about <session/64> ; aalco:states aalco:host ; aalco:source <source/notice-64> .\n"
    )
    session.write_text(text, encoding="utf-8")
    assert run("fmt data/session/64.ttl").returncode == 0
    assert "<session/64#e2> a aalco:Evidence" in session.read_text(encoding="utf-8")
    checked = run(commands[2])
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "Nothing to mend.\n")


@pytest.mark.slow
def test_a_new_record_of_every_kind_is_accepted_once_its_blanks_are_filled(clone: Path, run: Run) -> None:
    assert set(KINDS) | {"source"} == set(new.KINDS)
    lines = [SOURCE, *(f"new {kind} {rest} --source notice-64" for kind, rest in KINDS.items())]
    for line in lines:
        ran = run(line)
        assert (ran.returncode, ran.stderr) == (0, ""), line
        blanks = [] if " session " in line else ["  to fill in: rdfs:label: the name in Arabic"]
        assert ran.stdout.splitlines()[1:] == blanks, line
        fill(clone / ran.stdout.split()[1])
    checked = run("check")
    assert (checked.returncode, checked.stdout) == (0, "")


def test_every_blank_of_a_bare_record_is_named(loaded: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(new, "HOME", tmp_path)
    path, blanks = new.new(loaded, "meeting", "oewg-7", {})
    assert path == tmp_path / "data" / "meeting" / "oewg-7.ttl"
    assert [blank.partition(":")[0] for blank in blanks] == ["meetingOf", "startDate", "rdfs", "aalco"]
    assert path.read_text(encoding="utf-8").count(new.BLANK) == 5


def test_a_title_keeps_the_language_of_its_source(
    loaded: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(new, "HOME", tmp_path)
    given = {"title": "Dibuka di Bali", "publisher": "Antara", "kind": "press", "language": "id", "read": "whole"}
    path, blanks = new.new(loaded, "source", "antara-64", given)
    assert 'dcterms:title "Dibuka di Bali"@id' in path.read_text(encoding="utf-8")
    assert blanks == ["rdfs:label: the name in English and in Arabic"]
    with pytest.raises(UserError, match="--language takes a code such as en or ar, not 'Bahasa Indonesia'"):
        new.new(loaded, "source", "antara-65", {**given, "language": "Bahasa Indonesia"})
