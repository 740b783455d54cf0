"""The founding text: each of its facts is answered by a question, with evidence from AALCO's own page.

The text is a page of AALCO (source/aalco-cyberspace-page) in four paragraphs.
"""

from pathlib import Path
from typing import NamedTuple

import pytest

from aalco_kg import queries, table
from aalco_kg.graph import Graph
from aalco_kg.terms import ONTOLOGY

PAGE = "source/aalco-cyberspace-page"


class Fact(NamedTuple):
    """A fact of the text: the row that answers a question, and the statement that carries its evidence."""

    query: str
    asked: dict[str, str]
    row: dict[str, str]  # cells that one row of the answer must hold
    subject: str
    property: str
    paragraph: int


def fact(query: str, row: dict[str, str], subject: str, name: str, paragraph: int, /, **asked: str) -> Fact:
    return Fact(query, asked, row, subject, name, paragraph)


ITEM, GROUP = "item/cyberspace", "body/oewg-cyberspace"
PLAN, SERIES = "decision/plan-of-action-57", "series/cyberspace-resolutions"
DRAFT = "document/principles-revised-draft-2021"
FOCUS = (
    "state-sovereignty-in-cyberspace",
    "peaceful-use-of-cyberspace",
    "international-cooperation-against-cybercrime",
    "relevant-provisions-of-un-charter-and-instruments",
)
GROUP_TOPICS = (
    "sovereignty-in-cyberspace",
    "law-and-governance-of-cyberspace",
    "cyber-warfare",
    "cybercrime-and-international-law",
)
SESSION_58 = (
    "non-intervention",
    "privacy",
    "law-applicable-to-cyber-attacks",
    "online-harmful-content",
    "multilateral-convention-on-cyberspace",
)
FACTS = {
    "the item was introduced at the 53rd session": fact(
        "item-origin", {"session": "session/53"}, ITEM, "introducedAt", 1
    ),
    "in Tehran": fact("item-origin", {"city": "place/tehran"}, "session/53", "heldIn", 1),
    "in Iran": fact("item-origin", {"country": "state/ir"}, "place/tehran", "country", 1),
    "in 2014": fact("item-origin", {"year": "2014"}, ITEM, "introducedOn", 1),
    "at the recommendation of China": fact("item-origin", {"proposer": "state/cn"}, ITEM, "proposedBy", 1),
    "resolutions direct the Secretariat to study the subject": fact(
        "provisions",
        {"provision": f"{SERIES}/point/1", "action": "action/directs", "addressee": "body/secretariat"},
        f"{SERIES}/point/1",
        "subject",
        1,
    ),
    "resolutions direct the Secretariat to organize meetings of the working group": fact(
        "provisions",
        {"provision": f"{SERIES}/point/2", "action": "action/directs", "addressee": "body/secretariat"},
        f"{SERIES}/point/2",
        "subject",
        1,
    ),
    **{
        f"focus area {topic}": fact("focus-areas", {"topic": f"topic/{topic}"}, ITEM, "focusArea", 1) for topic in FOCUS
    },
    "the first meeting of the working group was held during the 55th session": fact(
        "working-group-meetings", {"number": "1", "session": "session/55"}, "meeting/oewg-1", "duringSession", 2
    ),
    "in New Delhi": fact(
        "working-group-meetings",
        {"number": "1", "city": "place/new-delhi", "country": "state/in"},
        "meeting/oewg-1",
        "heldIn",
        2,
    ),
    "in 2016": fact("sessions", {"number": "55", "start": "2016-05-17"}, "session/55", "startDate", 2),
    "later meetings took place at headquarters and during sessions": fact(
        "evidence", {"property": "aalco:summary", "source": PAGE}, GROUP, "summary", 2, subject=GROUP
    ),
    **{
        f"the working group discussed {topic}": fact(
            "evidence", {"property": "aalco:topic", "value": f"topic/{topic}"}, GROUP, "topic", 2, subject=GROUP
        )
        for topic in GROUP_TOPICS
    },
    "a Special Study was released at the 56th session": fact(
        "evidence",
        {"property": "aalco:presentedAt", "value": "session/56"},
        "document/special-study-2017",
        "presentedAt",
        2,
        subject="document/special-study-2017",
    ),
    "the Special Study is of 2017": fact(
        "documents",
        {"document": "document/special-study-2017", "kind": "document-kind/special-study", "date": "2017"},
        "document/special-study-2017",
        "date",
        2,
    ),
    "the 56th session was held in Nairobi, Kenya": fact(
        "sessions", {"number": "56", "city": "place/nairobi", "country": "state/ke"}, "session/56", "heldIn", 2
    ),
    **{
        f"point {n} of the consensus at the 57th session": fact(
            "provisions",
            {"provision": f"{PLAN}/point/{n}", "action": "action/agrees", "outcome": PLAN},
            f"{PLAN}/point/{n}",
            "subject",
            3,
        )
        for n in range(1, 6)
    },
    "the consensus was reached at the 57th session": fact(
        "session", {"property": "aalco:atEvent", "value": PLAN}, PLAN, "atEvent", 3, ordinal="57"
    ),
    "the fourth meeting took place in Hangzhou, China": fact(
        "working-group-meetings",
        {"number": "4", "city": "place/hangzhou", "country": "state/cn"},
        "meeting/oewg-4",
        "heldIn",
        3,
    ),
    "the fourth meeting took place in 2019": fact(
        "item-timeline", {"event": "meeting/oewg-4", "date": "2019-09-02"}, "meeting/oewg-4", "startDate", 3
    ),
    "the Rapporteur presented a report there": fact(
        "evidence",
        {"property": "aalco:presentedAt", "value": "meeting/oewg-4"},
        "document/rapporteur-report-2019",
        "presentedAt",
        3,
        subject="document/rapporteur-report-2019",
    ),
    "the report is based on a questionnaire": fact(
        "document-versions",
        {"document": "document/rapporteur-report-2019", "earlier": "document/questionnaire-2019"},
        "document/rapporteur-report-2019",
        "basedOn",
        3,
    ),
    "the questionnaire was circulated among Member States": fact(
        "evidence",
        {"property": "aalco:circulatedTo", "value": "body/member-states"},
        "document/questionnaire-2019",
        "circulatedTo",
        3,
        subject="document/questionnaire-2019",
    ),
    "the 58th session was held in Dar es Salaam, Tanzania": fact(
        "sessions", {"number": "58", "city": "place/dar-es-salaam", "country": "state/tz"}, "session/58", "heldIn", 4
    ),
    "the 58th session was held in 2019": fact(
        "sessions", {"number": "58", "start": "2019-10-21"}, "session/58", "startDate", 4
    ),
    **{
        f"the 58th session discussed {topic}": fact(
            "topics-of-session",
            {"topic": f"topic/{topic}"},
            "session/58/deliberation/cyberspace",
            "topic",
            4,
            ordinal="58",
        )
        for topic in SESSION_58
    },
    "a revised draft of the principles is of July 2021": fact(
        "documents", {"document": DRAFT, "date": "2021-07"}, DRAFT, "date", 4
    ),
    "the revised draft was circulated among Member States": fact(
        "document-versions", {"document": DRAFT, "circulatedTo": "body/member-states"}, DRAFT, "circulatedTo", 4
    ),
    "the revised draft was meant for discussion and possible adoption": fact(
        "evidence", {"property": "aalco:purpose"}, DRAFT, "purpose", 4, subject=DRAFT
    ),
    "the revised draft was meant for the fifth meeting": fact(
        "evidence", {"property": "aalco:forEvent", "value": "meeting/oewg-5"}, DRAFT, "forEvent", 4, subject=DRAFT
    ),
}


@pytest.mark.parametrize("name", FACTS)
def test_the_fact_is_answered_with_evidence_from_the_page(name: str, loaded: Graph) -> None:
    expected = FACTS[name]
    answer = table.run(loaded, queries.named(expected.query).bind(loaded, expected.asked))
    assert isinstance(answer, table.Table)
    rows = [dict(zip(answer.columns, map(table.plain, row), strict=True)) for row in answer.rows]
    assert [row for row in rows if expected.row.items() <= row.items()]
    about = {"subject": expected.subject, "property": ONTOLOGY + expected.property}
    proof = table.run(loaded, queries.named("evidence").bind(loaded, about))
    assert isinstance(proof, table.Table)
    places = dict(zip(proof.column("locator"), proof.column("source"), strict=True))
    assert places.get(f"paragraph {expected.paragraph}") == PAGE


def test_every_quotation_from_the_page_stands_in_its_paragraph(loaded: Graph, founding_text: Path) -> None:
    paragraphs = founding_text.read_text(encoding="utf-8").split("\n\n")
    answer = table.run(
        loaded,
        f"PREFIX aalco: <{ONTOLOGY}> SELECT ?quote ?locator {{ ?e aalco:source"
        f" <https://w3id.org/aalco-kg/id/{PAGE}> ; aalco:quote ?quote ; aalco:locator ?locator }}",
    )
    assert isinstance(answer, table.Table)
    assert len(answer.rows) > 40
    for quote, locator in zip(answer.column("quote"), answer.column("locator"), strict=True):
        assert quote in paragraphs[int(locator.removeprefix("paragraph ")) - 1], (quote, locator)
