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

# Edits of records that tie them together otherwise: a file, words in it, and what is written instead; None is removed.
EDITS = {
    "a number that another session bears": ("session/53.ttl", "aalco:number 53", "aalco:number 54"),
    "a reference into nothing": ("meeting/oewg-4.ttl", "<place/", "<place/atlantis-"),
    "a class that others ask for": ("place/tehran.ttl", "a aalco:City", "a aalco:Venue"),
    "a date on which others stand": ("session/61.ttl", '"2023-10-15"^^xsd:date', '"2023-10-17"^^xsd:date'),
    "a record that others name": ("state/cn.ttl", None, None),
}
# Edits that are seen in one file alone.
FORMS = {
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
@pytest.mark.parametrize("edits", [EDITS, FORMS], ids=["records", "form"])
def test_after_edits_the_findings_are_those_of_the_whole(edits: dict[str, tuple[str, str, str]], home: Path) -> None:
    """Each edit adds a finding; together they are compared with a check of the whole, and then taken back."""
    watched, texts = Watched(), dict[Path, str]()
    found = watched.findings()
    assert found == []
    for name, (file, old, new) in edits.items():
        path = home / "data" / file
        texts[path] = path.read_text(encoding="utf-8")
        if old is None:
            path.unlink()
        else:
            assert old in texts[path], name
            path.write_text(texts[path].replace(old, new), encoding="utf-8")
        before, found = found, watched.again([path])
        assert set(found) - set(before), name
    assert found == checking.check()
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
        found = watched.again([path])
    assert found == []


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
