"""The API described for programs (OpenAPI 3.1), made from the query files."""

import re
from typing import Any

from aalco_kg import __version__, queries
from aalco_kg.queries import Parameter, Query
from aalco_kg.release.metadata import ABOUT
from aalco_kg.server import entities
from aalco_kg.views.reference import LICENCE, TITLE

Json = dict[str, Any]
LARGEST = 10_000  # rows of a page
LONGEST = 500  # characters of a parameter
_PLACE = "#/components/schemas/"
_SCHEMAS: Json = {
    "integer": {"type": "integer", "minimum": 0, "maximum": 999_999_999},
    "date": {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    "iri": {"type": "string", "minLength": 1, "maxLength": LONGEST},
    "text": {"type": "string", "minLength": 1, "maxLength": LONGEST},
}
_PROBLEM = {
    "type": "object",
    "properties": {"title": {"type": "string"}, "detail": {"type": "string"}, "status": {"type": "integer"}},
    "required": ["title", "detail", "status"],
}
_REFUSALS = {
    "400": "A parameter is missing, unknown or ill-formed.",
    "404": "There is no such query, or no such thing.",
    "406": "None of the accepted media types is offered.",
    "429": "Asked too often from one address; see Retry-After.",
    "503": "The query reached a limit, or the server is busy; see Retry-After.",
}


def document(base: str) -> Json:
    """The description of the API that is served at an address."""
    catalogue = queries.catalogue().values()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": TITLE,
            "summary": "Canned queries and things, each fact with its evidence.",
            "description": ABOUT,
            "version": __version__,
            "license": {"name": "CC BY 4.0", "url": LICENCE},
        },
        "servers": [{"url": base}],
        "paths": {
            "/api/queries": {"get": _listing()},
            **{f"/api/queries/{query.name}": {"get": _question(query)} for query in catalogue},
            "/api/things/{kind}/{slug}": {"get": _thing()},
        },
        "components": {
            "schemas": {**entities.parts(_PLACE), "Problem": _PROBLEM},
            "responses": {status: _refusal(words) for status, words in _REFUSALS.items()},
        },
    }


def _refusal(words: str) -> Json:
    return {
        "description": words,
        "content": {"application/problem+json": {"schema": {"$ref": f"{_PLACE}Problem"}}},
    }


def _refusals(*statuses: str) -> Json:
    return {status: {"$ref": f"#/components/responses/{status}"} for status in statuses}


def _listing() -> Json:
    fields = ["name", "question", "description", "tags", "parameters", "columns", "url"]
    schema = {"type": "array", "items": {"type": "object", "required": fields}}
    return {
        "operationId": "queries",
        "summary": "Which questions can be asked?",
        "responses": {"200": {"description": "All of them.", "content": {"application/json": {"schema": schema}}}},
    }


def _question(query: Query) -> Json:
    row = {
        "type": "object",
        "properties": {
            name: {"description": words, "anyOf": [{"$ref": f"{_PLACE}Value"}, {"type": "null"}]}
            for name, words in query.columns.items()
        },
        "required": list(query.columns),
    }
    answer = {
        "type": "object",
        "properties": {
            "query": {"const": query.name},
            "question": {"type": "string"},
            "parameters": {"type": "object", "additionalProperties": {"type": "string"}},
            "columns": {"type": "object", "additionalProperties": {"type": "string"}},
            "total": {"type": "integer"},
            "rows": {"type": "array", "items": row},
            "release": {"type": "string"},
        },
        "required": ["query", "question", "parameters", "columns", "total", "rows", "release"],
    }
    text = {"schema": {"type": "string"}}
    return {
        "operationId": query.name,
        "summary": query.summary,
        "description": query.description,
        "tags": list(query.tags),
        "parameters": [*(_parameter(parameter) for parameter in query.parameters), *_paging()],
        "responses": {
            "200": {
                "description": "The rows; Link has the other pages when per_page is given.",
                "content": {"application/json": {"schema": answer}, "text/csv": text, "text/turtle": text},
            },
            **_refusals("400", "404", "406", "429", "503"),
        },
    }


def _parameter(parameter: Parameter) -> Json:
    described = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.help,
        "schema": _SCHEMAS[parameter.type],
    }
    if example := re.search(r"such as ([\w/-]+)", parameter.help):
        described["example"] = int(example[1]) if parameter.type == "integer" else example[1]
    return described


def _paging() -> list[Json]:
    sizes = {"page": (1_000_000_000, "which page, from 1"), "per_page": (LARGEST, "rows of a page; without it, all")}
    return [
        {
            "name": name,
            "in": "query",
            "description": words,
            "schema": {"type": "integer", "minimum": 1, "maximum": most},
        }
        for name, (most, words) in sizes.items()
    ]


def _thing() -> Json:
    part = {"type": "string", "pattern": "^[A-Za-z0-9-]+$", "minLength": 1}
    names = {"kind": "such as session, state or topic", "slug": "the rest of its address; may hold slashes"}
    return {
        "operationId": "thing",
        "summary": "What is known of a thing, and who says so?",
        "parameters": [
            {"name": name, "in": "path", "required": True, "description": words, "schema": part}
            for name, words in names.items()
        ],
        "responses": {
            "200": {
                "description": "The thing with facts, evidence, disputes, gaps and mentions.",
                "content": {"application/json": {"schema": {"$ref": f"{_PLACE}Thing"}}},
            },
            **_refusals("404"),
        },
    }
