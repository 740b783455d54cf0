"""Faults made on purpose are found, and a verdict on what a fault reaches is the verdict on the whole."""

import pytest

from aalco_kg import graph
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


@pytest.mark.slow
def test_the_faults_of_every_family_are_found(world: World, judge: Judge) -> None:
    faults = mutation.mutants(world, SAMPLE)
    tallies = mutation.score(judge, faults)
    assert len(tallies) == len(mutation.FAMILIES)
    assert {tally.family: [fault.what for fault in tally.missed] for tally in tallies if tally.share < LEAST} == {}
    assert sum(len(tally.missed) for tally in tallies) <= len(faults) * 0.01


@pytest.mark.slow
def test_the_verdict_on_what_a_fault_reaches_is_that_on_the_whole(world: World, judge: Judge) -> None:
    everything = {*world.records, *world.ontology}
    text = graph.as_ntriples(world.shapes)
    faults = mutation.mutants(world, 1, seed=3)
    assert len(faults) == len(mutation.FAMILIES)
    for fault in faults:
        nodes = judge.change(fault.gone, fault.come)
        part = judge.verdict(nodes)
        judge.change(fault.come, fault.gone)
        changed = (everything - set(fault.gone)) | set(fault.come)
        whole = engines.validate_text("".join(f"{s} {p} {o} .\n" for s, p, o in changed), text, engines.ENGINES["fast"])
        assert part == whole, fault.what
