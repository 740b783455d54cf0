"""Faults made on purpose are found, by both validators alike, and what a fault reaches is judged as in the whole."""

import pytest

from aalco_kg.checking import engines, mutation
from aalco_kg.checking import world as worlds
from aalco_kg.checking.again import Judge
from aalco_kg.checking.world import World

SAMPLE = 12  # faults of each family; scripts/benchmarks/mutate makes them all
LEAST = 0.95  # the share of a family that has to be found


@pytest.fixture(scope="module")
def world() -> World:
    return worlds.world()


@pytest.fixture(scope="module")
def judge(world: World) -> Judge:
    return Judge(world.shapes, [*world.records, *world.ontology])


@pytest.fixture(scope="module")
def faults(world: World) -> list[mutation.Mutant]:
    return mutation.mutants(world, SAMPLE)


@pytest.mark.slow
def test_the_faults_of_every_family_are_found(faults: list[mutation.Mutant], judge: Judge) -> None:
    tallies = mutation.score(judge, faults)
    assert len(tallies) == len(mutation.FAMILIES)
    assert {tally.family: [fault.what for fault in tally.missed] for tally in tallies if tally.share < LEAST} == {}
    assert sum(len(tally.missed) for tally in tallies) <= len(faults) * 0.01


@pytest.mark.slow
def test_both_validators_say_the_same_of_faults_of_every_family(world: World, judge: Judge) -> None:
    tallies = mutation.score(judge, mutation.mutants(world, 2, seed=5), engines=("each", "pyshacl"))
    assert len(tallies) == len(mutation.FAMILIES)
    assert [fault for tally in tallies for fault in tally.differing] == []


@pytest.mark.slow
def test_a_validator_that_differs_is_told_of(
    faults: list[mutation.Mutant], judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that overlooks long quotes, say."""
    monkeypatch.setitem(
        engines.ENGINES,
        "careless",
        lambda data, shapes: [r for r in engines.ENGINES["each"](data, shapes) if not r.shape.endswith("-quote")],
    )
    some = [fault for fault in faults if fault.family in ("quote too long", "label missing in a language")]
    told = {tally.family: tally.differing for tally in mutation.score(judge, some, engines=("each", "careless"))}
    assert len(told["quote too long"]) == SAMPLE
    assert told["label missing in a language"] == ()


@pytest.mark.slow
def test_the_verdict_on_what_faults_reach_is_that_on_the_whole(faults: list[mutation.Mutant], judge: Judge) -> None:
    """For a fault of each family; scripts/benchmarks/incremental compares them all."""
    first = {fault.family: fault for fault in reversed(faults)}
    assert len(first) == len(mutation.FAMILIES)
    assert mutation.unlike(judge, list(first.values())) == []


@pytest.mark.slow
def test_a_verdict_that_is_not_that_on_the_whole_is_told_of(
    faults: list[mutation.Mutant], judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge, "verdict", lambda nodes: [])
    assert mutation.unlike(judge, faults[:1]) == faults[:1]
