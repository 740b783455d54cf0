"""The wheel: after `pip install`, `aalco` answers with the ontology, data and queries that it carries."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from aalco_kg import files


@pytest.mark.slow
def test_the_wheel_carries_all_it_needs(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path, files.HOME], check=True
    )
    (wheel,) = tmp_path.glob("aalco_kg-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
        names = set(archive.namelist())
    for path in files.turtle_files() + files.query_files():
        assert f"aalco_kg/{path.relative_to(files.HOME)}" in names

    def aalco(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "aalco_kg", *words]
        return subprocess.run(
            command, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path / "site")}, capture_output=True, text=True
        )

    answer = aalco("query", "item-origin", "--format", "csv")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "session/53" in answer.stdout
    assert aalco("check").stderr == "Nothing to mend.\n"
    assert aalco("build", "--out", "dist").returncode == 0
    page = (
        "from aalco_kg.graph import load; from aalco_kg.site.pages import Site; print(Site(load()).answer('feed.atom'))"
    )
    made = subprocess.run(
        [sys.executable, "-c", page], cwd=tmp_path, env={"PYTHONPATH": str(tmp_path / "site")}, capture_output=True
    )
    assert b"status=200" in made.stdout, made.stderr  # templates, style, changelog
