"""Past one machine: shards that any bulk loader takes, and a survey by a cluster that finds what one machine finds."""

import gzip
import hashlib
import json
import multiprocessing
import os
import random
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import pyoxigraph as ox
import pytest
import servers
from conftest import Ran

from aalco_kg.checking.engines import ENGINES
from aalco_kg.files import shape_files
from aalco_kg.graph import as_ntriples
from aalco_kg.graph import read as read_turtle
from aalco_kg.stores import cluster, content, corpus, shards

Aalco = Callable[..., Ran]
NUMBER = 6


@pytest.fixture(scope="module")
def whole(built: Path) -> content.Content:
    return content.read(built)


@pytest.fixture(scope="module")
def sharded(whole: content.Content, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("shards") / "shards"
    shards.write(whole.statements(), out, NUMBER)
    return out


def lines_of(folder: Path) -> dict[str, list[str]]:
    return {path.name: gzip.decompress(path.read_bytes()).decode().splitlines() for path in folder.glob("*.gz")}


def test_the_shards_hold_the_release_and_their_bytes_do_not_depend_on_its_order(
    whole: content.Content, sharded: Path, tmp_path: Path, built: Path, aalco: Aalco
) -> None:
    mixed = list(whole.statements())
    random.Random(1).shuffle(mixed)
    shards.write(mixed, tmp_path / "again", NUMBER)
    names = sorted(path.name for path in sharded.iterdir())
    assert len(names) == NUMBER + 2
    for name in names:
        assert (sharded / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name
    assert content.read(sharded).digest == whole.digest
    assert aalco("diff", built, sharded).out == "They are the same.\n"
    for line in (sharded / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((sharded / name).read_bytes()).hexdigest() == digest


def test_graphs_and_records_are_whole_and_lines_sorted(sharded: Path) -> None:
    where: dict[str, set[str]] = {}
    for name, lines in lines_of(sharded).items():
        assert lines == sorted(lines)
        for quad in ox.parse("\n".join(lines), ox.RdfFormat.N_QUADS):
            graph = getattr(quad.graph_name, "value", "")
            record = shards.record_of(getattr(quad.subject, "value", ""))
            where.setdefault(graph or f"record {record}", set()).add(name)
    assert len(where) > 1_000
    assert {key for key, files in where.items() if len(files) > 1} == set()
    told = json.loads((sharded / "manifest.json").read_text(encoding="utf-8"))
    assert told["statements"] == sum(map(len, lines_of(sharded).values()))


def test_a_bulk_loader_takes_the_shards_in_parallel(sharded: Path, whole: content.Content, tmp_path: Path) -> None:
    files = [word for path in sorted(sharded.glob("*.gz")) for word in ("-f", str(path))]
    subprocess.run(
        [servers.tool("oxigraph"), "load", "-l", str(tmp_path / "store"), *files],
        check=True,
        capture_output=True,
        timeout=100,
    )
    assert content.of_quads(ox.Store.read_only(str(tmp_path / "store"))).digest == whole.digest


def test_the_command_writes_shards_and_refuses_what_it_cannot_use(built: Path, tmp_path: Path, aalco: Aalco) -> None:
    ran = aalco("shards", tmp_path / "out", "--release", built, "--number", 3)
    assert ran.code == 0
    assert re.fullmatch(rf"{tmp_path}/out: 3 shards, \d+ statements, digest [0-9a-f]{{64}}\.\n", ran.out)
    assert aalco("shards", tmp_path / "out", "--release", built, "--number", 1).err == (
        "aalco: 1 is too small a number of shards. Take 2 or more: the first is for the ontology.\n"
    )
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    assert aalco("shards", tmp_path, "--release", built).err == (
        f"aalco: {tmp_path} holds something that is not a sharded dataset. Name another folder.\n"
    )


def test_a_damaged_shard_is_named(sharded: Path, tmp_path: Path, aalco: Aalco) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(sharded, broken)
    file = broken / "shard-00002.nq.gz"
    file.write_bytes(file.read_bytes()[:-100])
    told = f"{file} is cut short or changed: its checksum is not the one in manifest.json."
    assert aalco("load", tmp_path / "store", "--release", broken).err == (
        f"aalco: {told} Fetch or make the shards anew.\n"
    )
    file.unlink()
    assert "cannot be read: No such file" in aalco("load", tmp_path / "store", "--release", broken).err
    (broken / "manifest.json").write_text("{", encoding="utf-8")
    assert "manifest.json is damaged." in aalco("survey", broken).err
    assert aalco("survey", tmp_path).err == (f"aalco: {tmp_path} holds no sharded dataset. `aalco shards` makes one.\n")


A = "https://w3id.org/aalco-kg/ontology#"
ID = "https://w3id.org/aalco-kg/id/"
FAULTS: dict[str, Callable[[list[str]], list[str]]] = {}


def fault(change: Callable[[list[str]], list[str]]) -> Callable[[list[str]], list[str]]:
    FAULTS[change.__name__] = change
    return change


def put(lines: list[str], pattern: str, new: str) -> list[str]:
    """The lines with what a pattern finds replaced; it must find something."""
    done = [re.sub(pattern, new, line) for line in lines]
    assert done != lines, pattern
    return done


def without(lines: list[str], pattern: str) -> list[str]:
    done = [line for line in lines if not re.search(pattern, line)]
    assert done != lines, pattern
    return done


@fault
def a_place_has_no_record(lines: list[str]) -> list[str]:
    return without(lines, rf"^<{ID}place/nairobi[>#]")


@fault
def two_meetings_have_one_number(lines: list[str]) -> list[str]:
    return put(lines, rf'(<{ID}meeting/oewg-4> <{A}number>) "4"', r'\1 "3"')


@fault
def two_sessions_have_one_number(lines: list[str]) -> list[str]:
    return put(lines, rf'(<{ID}session/12> <{A}number>) "12"', r'\1 "13"')


@fault
def a_source_bears_nothing(lines: list[str]) -> list[str]:
    return without(lines, rf"<{A}source> <{ID}source/admin-53>")


@fault
def a_meeting_lies_outside_its_session(lines: list[str]) -> list[str]:
    return put(lines, rf'(<{ID}meeting/[^>]*> <{A}startDate>) "\d{{4}}-\d\d', r'\1 "1999-01')


@fault
def a_body_is_founded_late(lines: list[str]) -> list[str]:
    return put(lines, rf'(<{A}foundedOn>) "\d{{4}}', r'\1 "2030')


@fault
def evidence_is_about_a_record_elsewhere(lines: list[str]) -> list[str]:
    return put(lines, rf"(<{ID}session/5[0-9]#e1> <{A}about>) <[^>]*>", rf"\1 <{ID}state/cn>")


@fault
def a_reference_is_of_the_wrong_class(lines: list[str]) -> list[str]:
    return put(lines, rf"(<{ID}session/\d+> <{A}heldIn>) <[^>]*>", rf"\1 <{ID}source/admin-53>")


@fault
def a_property_is_unknown(lines: list[str]) -> list[str]:
    return put(lines, rf"(<{ID}session/40#e1> <{A}states>) <[^>]*>", rf"\1 <{A}nowhere>")


@fault
def topics_stand_in_a_circle(lines: list[str]) -> list[str]:
    return put(lines, r"^(<\S+/topic/\S+> <\S+core#broader>) <[^>]*>", rf"\1 <{ID}topic/cyber-warfare>")


def one_machine(facts: list[str]) -> list[corpus.Result]:
    shapes = as_ntriples(read_turtle(shape_files()))
    asserted = [line for line in facts if "#searchKey>" not in line and "#broaderTransitive>" not in line]
    return sorted(set(ENGINES["fast"]("\n".join(asserted), shapes)))


@pytest.mark.slow
def test_a_cluster_of_two_gives_the_same_survey_though_one_dies(whole: content.Content, tmp_path: Path) -> None:
    """All faults at once, on two worker processes, one of which is killed in the middle."""
    from distributed import SchedulerPlugin

    class Killer(SchedulerPlugin):  # type: ignore[misc]
        """Kills the first worker when two exports are done, one of which may be lost with it."""

        exports = 0
        killed: int | None = None

        def transition(self, key: str, start: str, finish: str, *_: object, **__: object) -> None:
            self.exports += finish == "memory" and str(key).startswith("export")
            if self.exports == 2 and self.killed is None:
                self.killed = client.cluster.workers[0].pid
                os.kill(self.killed, signal.SIGKILL)

    facts = sorted(whole.graphs[""])
    for change in FAULTS.values():
        facts = change(facts)
    shards.write((("", line) for line in facts), tmp_path / "shards", NUMBER)
    alone = one_machine(facts)
    assert len({result.shape for result in alone}) > 8
    killer = Killer()
    with ExitStack() as stack:
        other = stack.enter_context(socket.socket())  # as if another cluster ran here
        with suppress(OSError):  # one does
            other.bind(("", 8787))
            other.listen()
        client = stack.enter_context(cluster.clients(2))
        client.cluster.scheduler.add_plugin(killer)
        found = corpus.survey(tmp_path / "shards", client)
    assert killer.killed
    assert multiprocessing.active_children() == []
    assert found.results == tuple(alone)
    assert found.statements == len(set(facts))
    assert found.classes[f"{A}AnnualSession"] == 63


def test_a_scheduler_that_does_not_answer_is_named(
    sharded: Path, aalco: Aalco, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "ANSWER", 1)
    where = f"tcp://127.0.0.1:{servers.free_port()}"
    ran = aalco("survey", sharded, "--scheduler", where)
    assert ran.code == 1
    assert ran.err.startswith(f"aalco: {where} does not answer as a scheduler: ")
    assert ran.err.endswith(" Give the address of a Dask scheduler that runs and has workers.\n")
    assert aalco("survey", sharded, "--scheduler", "nonsense://x").code == 1


@pytest.mark.slow
def test_the_command_surveys_the_release(sharded: Path, whole: content.Content, aalco: Aalco) -> None:
    ran = aalco("survey", sharded, "--workers", 1, "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    told = json.loads(ran.out)
    assert (told["statements"], told["graphs"], told["findings"]) == (len(whole), len(whole.graphs), [])
    assert told["classes"][f"{A}AnnualSession"] == 63
    assert told["properties"][f"{A}heldIn"] > 90
