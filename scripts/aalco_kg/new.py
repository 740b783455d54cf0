"""A new record, ready to be filled in: what is given is written, what is not stands as a blank.

A blank is the text FILL-IN; `aalco check` names each one until it is filled.
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyoxigraph as ox

from aalco_kg import things, turtle
from aalco_kg.errors import UserError, did_you_mean
from aalco_kg.files import HOME, home_of
from aalco_kg.graph import Graph
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES

BLANK = "FILL-IN"
_XSD = PREFIXES["xsd"]


@dataclass(frozen=True)
class Field:
    """One property of a new record: the option that gives it, its value's type, whether it must be there."""

    option: str
    property: str
    type: str  # a kind of thing (its first part of the address), or text, code, date, number, web
    needed: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of record: its class, the fields it can be given, and what follows from the kind alone."""

    type: str
    fields: tuple[Field, ...]
    fixed: tuple[tuple[str, str], ...] = ()


KINDS = {
    "session": Kind(
        "AnnualSession",
        (
            Field("start", "startDate", "date", True),
            Field("end", "endDate", "date"),
            Field("city", "heldIn", "place", True),
            Field("venue", "venue", "place"),
            Field("host", "host", "state"),
        ),
        (("eventStatus", "event-status/planned"),),
    ),
    "meeting": Kind(
        "Meeting",
        (
            Field("number", "number", "number"),
            Field("body", "meetingOf", "body", True),
            Field("start", "startDate", "date", True),
            Field("end", "endDate", "date"),
            Field("city", "heldIn", "place"),
            Field("session", "duringSession", "session"),
            Field("item", "item", "item"),
        ),
        (("kind", "meeting-kind/working-group"), ("eventStatus", "event-status/planned")),
    ),
    "resolution": Kind(
        "Resolution",
        (
            Field("symbol", "symbol", "code"),
            Field("session", "session", "session", True),
            Field("item", "item", "item"),
            Field("adopted", "adoptedOn", "date"),
        ),
        (("outcomeStatus", "outcome-status/adopted"),),
    ),
    "document": Kind(
        "Document",
        (
            Field("kind", "kind", "document-kind", True),
            Field("symbol", "symbol", "code"),
            Field("date", "date", "date"),
            Field("session", "session", "session"),
            Field("item", "item", "item"),
            Field("url", "url", "web"),
        ),
    ),
    "position": Kind(
        "Position",
        (
            Field("state", "holder", "state", True),
            Field("stance", "stance", "stance", True),
            Field("topic", "topic", "topic", True),
            Field("occasion", "occasion", "", True),
            Field("summary", "summary", "text", True),
        ),
    ),
    "source": Kind(
        "Source",
        (
            Field("title", "dcterms:title", "text", True),
            Field("publisher", "publisher", "code", True),
            Field("kind", "kind", "source-kind", True),
            Field("date", "date", "date"),
            Field("url", "url", "web"),
            Field("language", "dcterms:language", "code", True),
            Field("read", "extentRead", "text", True),
        ),
    ),
}


def new(graph: Graph, kind: str, slug: str, given: dict[str, str]) -> tuple[Path, list[str]]:
    """Write a new record to its file; return the file and a sentence for each blank in it.

    `given` maps options of the kind, and `source`, to values. Raises UserError for an unknown kind or option, a
    value that cannot be, and a record that exists already; then nothing is written.
    """
    if kind not in KINDS:
        raise UserError(f"No kind of record is called {kind!r}.", f"Choose one of {', '.join(KINDS)}.")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        raise UserError(f"{slug!r} cannot be an address.", "Use lower-case letters, digits and single hyphens.")
    if kind == "session" and not slug.isdigit():
        raise UserError(f"{slug!r} is not the number of a session.", "For example: aalco new session 64")
    iri = f"{BASE}{kind}/{slug}"
    path = HOME / str(home_of(iri))
    if graph.holds(iri) or path.exists():
        raise UserError(f"{kind}/{slug} has a record already.", f"Edit {home_of(iri)}.")
    _known(kind, given)
    triples, blanks = _record(graph, kind, slug, ox.NamedNode(iri), given)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(turtle.canonical(triples), encoding="utf-8")
    return path, blanks


def _known(kind: str, given: dict[str, str]) -> None:
    options = [field.option for field in KINDS[kind].fields] + ["label", "source"]
    for option in given:
        if option not in options:
            advice = did_you_mean(option, options) or f"It takes {', '.join('--' + name for name in options)}."
            raise UserError(f"A new {kind} has no option --{option}.", advice)
    language = given.get("language", "en")
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", language):
        raise UserError(f"--language takes a code such as en or ar, not {language!r}.", "Correct it.")


def _record(
    graph: Graph, kind: str, slug: str, subject: ox.NamedNode, given: dict[str, str]
) -> tuple[list[ox.Triple], list[str]]:
    shape, blanks = KINDS[kind], []
    facts: list[tuple[str, turtle.Node]] = []
    for field in shape.fields:
        if field.option in given:
            facts.append((field.property, _value(graph, field, given[field.option], given.get("language", "en"))))
        elif field.needed:
            facts.append((field.property, _blank(field)))
            blanks.append(f"{field.property}: give it with --{field.option}, or write it in the record")
    if kind == "session":
        facts.append(("number", ox.Literal(int(slug))))
    facts += [(path, ox.NamedNode(BASE + value)) for path, value in shape.fixed]
    english, arabic = _names(kind, slug, given)
    if arabic == BLANK:
        blanks.append("rdfs:label: the name in " + ("English and in Arabic" if english == BLANK else "Arabic"))
    rdf, rdfs = PREFIXES["rdf"], PREFIXES["rdfs"]
    triples = [
        _triple(subject, rdf + "type", ox.NamedNode(ONTOLOGY + shape.type)),
        _triple(subject, rdfs + "label", ox.Literal(english, language="en")),
        _triple(subject, rdfs + "label", ox.Literal(arabic, language="ar")),
        _triple(subject, ONTOLOGY + "translated", ox.Literal("ar")),
        *(_triple(subject, _full(path), value) for path, value in facts),
    ]
    if kind != "source":
        evidence = ox.NamedNode(subject.value + "#e1")
        source = things.find(graph, given["source"], "source") if "source" in given else f"{BASE}source/{BLANK}"
        if "source" not in given:
            blanks.append("aalco:source: the source of these facts, with --source or in the record")
        triples += [
            _triple(evidence, rdf + "type", ox.NamedNode(ONTOLOGY + "Evidence")),
            _triple(evidence, ONTOLOGY + "about", subject),
            *(_triple(evidence, ONTOLOGY + "states", ox.NamedNode(_full(path))) for path, _ in facts),
            _triple(evidence, ONTOLOGY + "source", ox.NamedNode(source)),
        ]
    return triples, blanks


def _names(kind: str, slug: str, given: dict[str, str]) -> tuple[str, str]:
    """The English and the Arabic name, as far as they are known: a source in English is named by its title."""
    if kind == "session":
        return session_labels(int(slug))
    title = given.get("title", BLANK) if given.get("language") == "en" else BLANK
    return given.get("label", title), BLANK


def _triple(subject: ox.NamedNode, predicate: str, value: turtle.Node) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), value)


def _full(path: str) -> str:
    prefix, colon, local = path.partition(":")
    return PREFIXES[prefix] + local if colon else ONTOLOGY + path


def _blank(field: Field) -> turtle.Node:
    if field.type in ("text", "date", "number", "code"):
        return ox.Literal(BLANK, language="en") if field.type == "text" else ox.Literal(BLANK)
    return ox.NamedNode(f"{BASE}{field.type or 'event'}/{BLANK}")


def _value(graph: Graph, field: Field, text: str, language: str) -> turtle.Node:
    """What an option says, as a term; a title is in the language of the source, all other text in English."""
    if field.type == "text":
        return ox.Literal(text, language=language if field.option == "title" else "en")
    if field.type == "code":
        return ox.Literal(text)
    if field.type == "number":
        if not text.isdigit():
            raise UserError(f"--{field.option} takes a whole number, not {text!r}.", "Correct it.")
        return ox.Literal(int(text))
    if field.type == "date":
        return dated(field.option, text)
    if field.type == "web":
        if not re.fullmatch(r"https?://\S+", text):
            raise UserError(f"--{field.option} takes an address on the web, not {text!r}.", "Start it with https://.")
        return ox.NamedNode(text)
    return ox.NamedNode(things.find(graph, text, field.type or None))


def dated(option: str, text: str) -> ox.Literal:
    """A date as a literal of the datatype that fits its precision.

    >>> dated("start", "2026-09").datatype.value
    'http://www.w3.org/2001/XMLSchema#gYearMonth'
    """
    for pattern, kind, filled in (
        (r"\d{4}", "gYear", "-01-01"),
        (r"\d{4}-\d\d", "gYearMonth", "-01"),
        (r"\d{4}-\d\d-\d\d", "date", ""),
    ):
        if re.fullmatch(pattern, text):
            try:
                date.fromisoformat(text + filled)
            except ValueError:
                break
            return ox.Literal(text, datatype=ox.NamedNode(_XSD + kind))
    raise UserError(f"--{option} takes a date that exists, not {text!r}.", "Write 2026, 2026-09 or 2026-09-14.")


_UNITS = "First Second Third Fourth Fifth Sixth Seventh Eighth Ninth Tenth Eleventh Twelfth Thirteenth Fourteenth"
_EN = [*_UNITS.split(), *["Fifteenth", "Sixteenth", "Seventeenth", "Eighteenth", "Nineteenth"]]
_EN_TENS = ["Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety"]
_EN_TENTHS = ["Twentieth", "Thirtieth", "Fortieth", "Fiftieth", "Sixtieth", "Seventieth", "Eightieth", "Ninetieth"]
_AR = ["الأولى", "الثانية", "الثالثة", "الرابعة", "الخامسة", "السادسة", "السابعة", "الثامنة", "التاسعة", "العاشرة"]
_AR_UNITS = ["الحادية", *_AR[1:9]]
_AR_TENS = ["العشرون", "الثلاثون", "الأربعون", "الخمسون", "الستون", "السبعون", "الثمانون", "التسعون"]


def session_labels(number: int) -> tuple[str, str]:
    """The English and Arabic names of an annual session from 1 to 99, by rule.

    >>> session_labels(64)[0]
    'Sixty-Fourth Annual Session'
    """
    if not 1 <= number <= 99:
        raise UserError(f"There is no rule for the name of session {number}.", "Numbers from 1 to 99 have one.")
    tens, units = divmod(number, 10)
    if number < 20:
        english = _EN[number - 1]
        arabic = _AR[number - 1] if number <= 10 else f"{_AR_UNITS[number - 11]} عشرة"
    elif units:
        english = f"{_EN_TENS[tens - 2]}-{_EN[units - 1]}"
        arabic = f"{_AR_UNITS[units - 1]} و{_AR_TENS[tens - 2]}"
    else:
        english, arabic = _EN_TENTHS[tens - 2], _AR_TENS[tens - 2]
    return f"{english} Annual Session", f"الدورة السنوية {arabic}"
