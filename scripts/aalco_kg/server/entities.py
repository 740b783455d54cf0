"""Things as JSON: a stable form of the view of a thing, and the schema that holds it to that form."""

from typing import Any

import pyoxigraph as ox

from aalco_kg import __version__
from aalco_kg.graph import Graph
from aalco_kg.table import Term
from aalco_kg.terms import PREFIXES
from aalco_kg.views.entity import Entity, Fact, Rejected, Witness

Json = dict[str, Any]
_XSD = PREFIXES["xsd"]
SCHEMA_ID = "https://w3id.org/aalco-kg/schema/thing.json"


def as_json(graph: Graph, entity: Entity) -> Json:
    """A thing with its facts, each with evidence, disputes and gaps, and with what points to it."""
    return {
        **named(graph, entity.iri),
        "type": named(graph, entity.type),
        "facts": [_fact(graph, fact) for fact in entity.facts],
        "mentions": [
            {
                "property": named(graph, mention.property),
                "type": named(graph, mention.type),
                "things": [named(graph, iri) for iri in mention.subjects],
            }
            for mention in entity.mentions
        ],
        "release": __version__,
    }


def named(graph: Graph, iri: str) -> Json:
    """A thing by its address, with its labels by language."""
    return {"id": iri, "label": dict(sorted(graph.labels.get(iri, {}).items()))}


def value(graph: Graph, term: Term | ox.Triple | None) -> Any:
    """A term in JSON: a thing with its labels, a number, a truth, a text in its language, or a text (dates too)."""
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return named(graph, term.value)
    if not isinstance(term, ox.Literal):
        return str(term)
    if term.language:
        return {"text": term.value, "language": term.language}
    if term.datatype.value == _XSD + "integer":
        return int(term.value)
    if term.datatype.value in (_XSD + "decimal", _XSD + "double"):
        return float(term.value)
    return term.value == "true" if term.datatype.value == _XSD + "boolean" else term.value


def _fact(graph: Graph, fact: Fact) -> Json:
    return {
        "property": named(graph, fact.property),
        "values": [
            {"value": value(graph, held.term), "evidence": [_witness(graph, w) for w in held.witnesses]}
            for held in fact.values
        ],
        "disputes": [_rejected(graph, rejected) for rejected in fact.disputes],
        "gaps": [
            {"id": gap.iri, "missing": gap.what, "searched": gap.searched, "searchedOn": value(graph, gap.on)}
            for gap in fact.gaps
        ],
    }


def _witness(graph: Graph, witness: Witness) -> Json:
    return {
        "id": witness.iri,
        "source": named(graph, witness.source),
        "locator": witness.locator or None,
        "quote": value(graph, witness.quote),
        "basis": named(graph, witness.basis) if witness.basis else None,
        "note": witness.note or None,
    }


def _rejected(graph: Graph, rejected: Rejected) -> Json:
    return {
        "id": rejected.iri,
        "value": value(graph, rejected.term),
        "sources": [named(graph, source) for source in rejected.sources],
        "reason": rejected.reason,
    }


def _object(properties: Json, description: str = "") -> Json:
    made = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {"description": description, **made} if description else made


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


_TEXT, _OR_NONE = {"type": "string"}, {"type": ["string", "null"]}
# The parts of the schema; `{}` stands for where a document keeps them.
_PARTS: Json = {
    "Named": _object(
        {"id": {"type": "string", "format": "iri"}, "label": {"type": "object", "additionalProperties": _TEXT}},
        "A thing, class or property: its address, and its labels by language.",
    ),
    "Text": _object({"text": _TEXT, "language": _TEXT}, "Text in a language."),
    "Value": {
        "description": "A thing, a text in a language, a number, a truth, or plain text; dates are text, as precise "
        "as their source: 2014-09-15, 2014-09 or 2014.",
        "anyOf": [{"$ref": "{}Named"}, {"$ref": "{}Text"}, {"type": ["string", "number", "boolean"]}],
    },
    "Evidence": _object(
        {
            "id": _TEXT,
            "source": {"$ref": "{}Named"},
            "locator": _OR_NONE,
            "quote": {"anyOf": [{"$ref": "{}Text"}, {"type": ["string", "null"]}]},
            "basis": {"anyOf": [{"$ref": "{}Named"}, {"type": "null"}]},
            "note": _OR_NONE,
        },
        "Which source states a value, where in it, in which words; `basis` when it is not plainly stated.",
    ),
    "Fact": _object(
        {
            "property": {"$ref": "{}Named"},
            "values": _list(_object({"value": {"$ref": "{}Value"}, "evidence": _list({"$ref": "{}Evidence"})})),
            "disputes": _list(
                _object(
                    {
                        "id": _TEXT,
                        "value": {"$ref": "{}Value"},
                        "sources": _list({"$ref": "{}Named"}),
                        "reason": _TEXT,
                    },
                    "A value that sources give and that is not asserted, with the reason.",
                )
            ),
            "gaps": _list(
                _object(
                    {"id": _TEXT, "missing": _TEXT, "searched": _TEXT, "searchedOn": {"$ref": "{}Value"}},
                    "What was looked for and not found.",
                )
            ),
        },
        "A property of a thing: its values with their evidence, what is disputed, what is missing.",
    ),
    "Thing": _object(
        {
            "id": {"type": "string", "format": "iri"},
            "label": {"type": "object", "additionalProperties": _TEXT},
            "type": {"$ref": "{}Named"},
            "facts": _list({"$ref": "{}Fact"}),
            "mentions": _list(
                _object(
                    {
                        "property": {"$ref": "{}Named"},
                        "type": {"$ref": "{}Named"},
                        "things": _list({"$ref": "{}Named"}),
                    },
                    "The things of one class that point here with one property.",
                )
            ),
            "release": _TEXT,
        },
        "A thing with all that is recorded of it.",
    ),
}


def parts(place: str) -> Json:
    """The schemas by name, as kept at a place of a document, such as `#/$defs/`."""
    return {name: _placed(schema, place) for name, schema in _PARTS.items()}


def _placed(schema: Any, place: str) -> Any:
    if isinstance(schema, dict):
        return {k: v.format(place) if k == "$ref" else _placed(v, place) for k, v in schema.items()}
    return [_placed(item, place) for item in schema] if isinstance(schema, list) else schema


def schema() -> Json:
    """The JSON Schema of a thing."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "$ref": "#/$defs/Thing",
        "$defs": parts("#/$defs/"),
    }
