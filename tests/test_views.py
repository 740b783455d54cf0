"""The special views: what they say follows from the record, and from nothing else."""

import pyoxigraph as ox
import pytest

from aalco_kg import queries, table, turtle
from aalco_kg.files import HOME
from aalco_kg.graph import Graph
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES
from aalco_kg.views.compare import compare
from aalco_kg.views.coverage import coverage
from aalco_kg.views.mandates import mandates
from aalco_kg.views.matrix import ITEM, Known, matrix, members
from aalco_kg.views.places import host_cities
from aalco_kg.views.timeline import LANES, timeline
from aalco_kg.views.tree import Branch, tree
from aalco_kg.views.versions import versions
from aalco_kg.views.vocabulary import schemes, term, terms


def asked(graph: Graph, name: str) -> table.Table:
    answer = table.run(graph, queries.named(name).text)
    assert isinstance(answer, table.Table)
    return answer


def written(text: str) -> Graph:
    """A graph of a few records, in the prefixes of the project."""
    head = f"@base <{BASE}> .\n" + "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    return Graph(turtle.parse(HOME / "data" / "test.ttl", head + text))


def test_the_matrix_has_the_positions_of_the_question(loaded: Graph) -> None:
    shown, counted = matrix(loaded), dict[tuple[str, str], set[str]]()
    rows = asked(loaded, "position-matrix")
    for state, topic, stance, *_ in rows.rows:
        assert isinstance(state, ox.NamedNode)
        assert isinstance(topic, ox.NamedNode)
        assert isinstance(stance, ox.NamedNode)
        counted.setdefault((state.value, topic.value), set()).add(stance.value)
    spoken = {key: set(cell.stances) for key, cell in shown.cells.items() if cell.known is Known.spoke}
    assert spoken == counted
    assert len(spoken) > 80


MEETING = """
<item/cyberspace> a aalco:AgendaItem .
<topic/x> a aalco:Topic ; skos:prefLabel "x"@en .
<state/a> a aalco:State . <state/b> a aalco:State . <state/c> a aalco:State .
<position/b> a aalco:Position ; aalco:holder <state/b> ; aalco:topic <topic/y> ; aalco:stance <stance/affirms> .
<position/c> a aalco:Position ; aalco:holder <state/c> ; aalco:topic <topic/x> ; aalco:stance <stance/affirms> .
<topic/y> a aalco:Topic ; skos:prefLabel "y"@en .
<meeting/m> a aalco:Meeting ; aalco:item <item/cyberspace> ; aalco:topic <topic/x> ; aalco:participant <state/a> .
"""
COUNTED = "<meeting/m> aalco:memberStatesPresent 1 ."
GAP = "<meeting/m#g1> a aalco:Gap ; aalco:about <meeting/m> ; aalco:property aalco:participant ."
AGAIN = "<meeting/n> a aalco:Meeting ; aalco:item <item/cyberspace> ; aalco:topic <topic/x> ."


@pytest.mark.parametrize(
    ("more", "known"),
    [
        ("", Known.unknown),  # the list may be a part
        (COUNTED, Known.absent),  # as many on the list as a source counts
        (COUNTED + GAP, Known.unknown),  # a gap says that the list is a part
        (COUNTED + AGAIN, Known.unknown),  # it may have been at the other occasion
        ("<meeting/m> aalco:memberStatesPresent 2 .", Known.unknown),  # one on the list is missing
    ],
)
def test_a_state_was_not_there_only_where_every_list_is_complete(more: str, known: Known) -> None:
    cells = matrix(written(MEETING + more)).cells
    x = BASE + "topic/x"
    assert cells[BASE + "state/b", x].known is known
    assert cells[BASE + "state/a", x].known is Known.silent
    assert cells[BASE + "state/a", x].occasions == (BASE + "meeting/m",)
    assert cells[BASE + "state/c", x].known is Known.spoke
    assert cells[BASE + "state/a", BASE + "topic/y"].known is Known.unknown  # no occasion is recorded for it


def test_nobody_is_silent_at_a_session_that_is_not_known_to_have_reached_the_item(loaded: Graph) -> None:
    occasions = {occasion.iri for occasion in matrix(loaded).occasions}
    assert BASE + "session/58" in occasions
    assert BASE + "session/60" not in occasions  # whether the item was reached there is not known


def test_a_member_without_a_position_is_told_apart_from_one_that_was_present(loaded: Graph) -> None:
    shown = matrix(loaded)
    assert shown.unheard
    assert not set(shown.unheard) & set(shown.states)
    assert set(shown.unheard) <= set(members(loaded))
    assert all(cell.known is not Known.spoke for (state, _), cell in shown.cells.items() if state in shown.unheard)


def test_mandates_have_the_outcomes_of_the_question(loaded: Graph) -> None:
    rows = asked(loaded, "mandates-and-outcomes")
    pairs = set(zip(rows.column("provision"), rows.column("outcome"), strict=True))
    found = set()
    for mandate in mandates(loaded).all:
        for outcome in [str(done.value.term.value) for done in mandate.done] or [BASE]:
            found.add((mandate.entity.iri.removeprefix(BASE), outcome.removeprefix(BASE)))
    assert found == {pair for pair in pairs if pair[0] in {one for one, _ in found}}
    assert len(found) > 10


def test_every_link_from_a_mandate_to_an_outcome_has_its_evidence(loaded: Graph) -> None:
    done = [done for mandate in mandates(loaded).all for done in mandate.done]
    assert done
    assert all(each.value.witnesses for each in done)


def test_the_versions_of_the_principles_stand_in_their_order(loaded: Graph) -> None:
    shown = versions(loaded)
    assert [step.entity.iri.removeprefix(BASE) for step in shown.steps] == [
        "decision/oewg-4-draft-principles",
        "document/principles-first-draft",
        "document/principles-revised-draft-2021",
        "document/principles-reported-2023",
        "meeting/oewg-5",
    ]
    assert [step.draft for step in shown.steps] == [False, True, True, True, False]
    assert not shown.adopted
    assert "Whether the principles were ever adopted." in [gap.what for gap in shown.status]


def test_coverage_has_a_row_for_each_session(loaded: Graph) -> None:
    rows = coverage(loaded)
    assert [row.number for row in rows] == list(range(1, 64))
    assert [row.known for row in rows] == [int(number) for number in asked(loaded, "coverage").column("known")]


def test_the_tree_holds_every_topic_with_the_count_of_the_question(loaded: Graph) -> None:
    found = dict[str, int]()

    def walk(branches: tuple[Branch, ...]) -> None:
        for branch in branches:
            found[branch.topic.removeprefix(BASE)] = branch.counts["deliberations"]
            walk(branch.branches)

    walk(tree(loaded))
    rows = asked(loaded, "topics")
    assert found == dict(zip(rows.column("topic"), map(int, rows.column("deliberations")), strict=True))


def test_the_branches_of_a_topic_are_shown_once(loaded: Graph) -> None:
    shown = list[str]()

    def walk(branches: tuple[Branch, ...]) -> None:
        for branch in branches:
            shown.extend([branch.topic] if branch.branches else [])
            walk(branch.branches)

    walk(tree(loaded))
    assert len(shown) == len(set(shown)) > 5


def test_host_cities_are_those_of_the_question(loaded: Graph) -> None:
    rows = asked(loaded, "venues")
    counted = dict(zip(rows.column("place"), map(int, rows.column("sessions")), strict=True))
    found = {city.city.removeprefix(BASE): len(city.sessions) for city in host_cities(loaded)}
    assert {place: found[place] for place in counted} == counted
    assert len(found) == len(counted)


def test_the_timeline_has_each_event_of_the_question_once(loaded: Graph) -> None:
    events = timeline(loaded)
    assert [event.iri.removeprefix(BASE) for event in events] == list(
        dict.fromkeys(asked(loaded, "item-timeline").column("event"))
    )
    assert {event.lane for event in events} == set(LANES)


def test_two_sessions_are_compared_fact_by_fact(loaded: Graph) -> None:
    shown = compare(loaded, BASE + "session/57", BASE + "session/58")
    facts = {pair.path.removeprefix(ONTOLOGY): pair for pair in shown.facts}
    assert [str(value.term.value) for value in facts["heldIn"].left] == [BASE + "place/tokyo"]
    assert [str(value.term.value) for value in facts["heldIn"].right] == [BASE + "place/dar-es-salaam"]
    assert not facts["heldIn"].same
    assert facts["eventStatus"].same
    both = [shared.topic for shared in shown.topics if shared.left and shared.right]
    assert BASE + "topic/international-cooperation-against-cybercrime" in both


def test_two_states_are_compared_topic_by_topic(loaded: Graph) -> None:
    shown = compare(loaded, BASE + "state/cn", BASE + "state/ir")
    topics = {shared.topic: shared for shared in shown.topics}
    assert topics[BASE + "topic/sovereignty"].left
    assert topics[BASE + "topic/sovereignty"].right
    assert ITEM not in topics


def test_every_term_is_told_with_its_meaning_and_its_use(loaded: Graph) -> None:
    for iri in terms(loaded):
        shown = term(loaded, iri)
        assert shown is not None
        assert loaded.objects(iri, PREFIXES["skos"] + "definition"), iri
        assert bool(shown.examples) == (shown.count > 0), iri
    held = term(loaded, ONTOLOGY + "heldIn")
    assert held is not None
    assert ("http://www.w3.org/2000/01/rdf-schema#subPropertyOf", "https://schema.org/location") in held.aligned
    assert "sessions" in held.questions
    assert {rule.on for rule in held.rules} >= {ONTOLOGY + "AnnualSession", ONTOLOGY + "Meeting"}
    session = term(loaded, ONTOLOGY + "AnnualSession")
    assert session is not None
    assert session.count == 63
    assert ONTOLOGY + "heldIn" in session.properties
    assert any(rule.required for rule in (term(loaded, ONTOLOGY + "number") or session).rules)


def test_what_is_no_term_has_no_page(loaded: Graph) -> None:
    assert term(loaded, ONTOLOGY + "disjoint-agents") is None
    assert term(loaded, ONTOLOGY + "nothing") is None


def test_every_scheme_holds_concepts(loaded: Graph) -> None:
    found = schemes(loaded)
    assert len(found) > 10
    assert all(found.values())
