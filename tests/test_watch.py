"""`aalco check --watch`: after each edit the same findings as a check of the whole, from what the edit reaches."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import stop

from aalco_kg import checking, files
from aalco_kg.checking.watch import Watched

# Edits of records: a file, words in it, and what is written instead; each is taken back before the next.
EDITS = {
    "a number that another session bears": ("session/53.ttl", "aalco:number 53", "aalco:number 54"),
    "a reference into nothing": ("session/53.ttl", "<place/tehran>", "<place/atlantis>"),
    "a class that others ask for": ("place/tehran.ttl", "a aalco:City", "a aalco:Venue"),
    "a date on which others stand": ("session/61.ttl", '"2023-10-15"^^xsd:date', '"2023-10-17"^^xsd:date'),
    "a file that is not Turtle": ("state/cn.ttl", "a aalco:State ;", "a aalco:State "),
    "a layout": ("session/53.ttl", "    aalco:number 53", "  aalco:number 53"),
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in ("ontology", "data"):
        shutil.copytree(files.HOME / folder, tmp_path / folder)
    monkeypatch.setattr(files, "HOME", tmp_path)
    monkeypatch.setattr(checking, "HOME", tmp_path)
    return tmp_path


@pytest.mark.slow
def test_after_each_edit_the_findings_are_those_of_the_whole(home: Path) -> None:
    watched = Watched()
    assert watched.findings() == []
    for name, (file, old, new) in EDITS.items():
        path = home / "data" / file
        text = path.read_text(encoding="utf-8")
        assert old in text, name
        path.write_text(text.replace(old, new), encoding="utf-8")
        found = watched.again([path])
        assert found, name
        assert found == checking.check(), name
        path.write_text(text, encoding="utf-8")
        assert watched.again([path]) == [], name


@pytest.mark.slow
def test_a_file_that_is_removed_is_missed_where_it_is_named(home: Path) -> None:
    watched = Watched()
    path = home / "data" / "place" / "tehran.ttl"
    path.unlink()
    found = watched.again([path])
    assert any("place/tehran" in finding.what for finding in found)
    assert found == checking.check()


@pytest.mark.slow
def test_the_command_stays_and_tells_after_an_edit(tmp_path: Path) -> None:
    for folder in ("ontology", "data", "queries", "scripts"):
        ignored = shutil.ignore_patterns("__pycache__", ".venv")
        shutil.copytree(files.HOME / folder, tmp_path / folder, ignore=ignored)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "scripts"), "PYTHONUNBUFFERED": "1"}
    told = tmp_path / "told.txt"
    with told.open("w", encoding="utf-8") as log:
        command = [sys.executable, "-m", "aalco_kg", "check", "--watch"]
        program = subprocess.Popen(
            command, stdout=log, stderr=log, env=environment, cwd=tmp_path, start_new_session=True
        )
    try:
        _wait(told, "Nothing to mend.")
        path = tmp_path / "data" / "session" / "53.ttl"
        path.write_text(path.read_text(encoding="utf-8").replace("aalco:number 53", "aalco:number 0"), encoding="utf-8")
        _wait(told, "This annual session has a wrong or missing number")
    finally:
        stop(program)


def _wait(told: Path, words: str, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while words not in told.read_text(encoding="utf-8"):
        assert time.monotonic() < end, told.read_text(encoding="utf-8")
        time.sleep(0.2)
