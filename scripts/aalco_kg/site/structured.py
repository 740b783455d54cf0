"""What a page shows as schema.org says it, for search engines and reference managers (JSON-LD)."""

from collections.abc import Mapping

import pyoxigraph as ox

from aalco_kg import __version__
from aalco_kg.graph import Graph
from aalco_kg.terms import BASE, DATASET, ONTOLOGY, PREFIXES
from aalco_kg.turtle import Node
from aalco_kg.views.entity import type_of
from aalco_kg.views.reference import AUTHORS, LICENCE, TITLE, release_date

Fields = dict[str, object]
_EVENT = {
    "startDate": ("startDate", "date"),
    "endDate": ("endDate",),
    "location": ("venue", "heldIn"),
    "organizer": ("organizer", "host"),
    "superEvent": ("duringSession", "inMeeting"),
}
_LAW = {
    "legislationIdentifier": ("symbol",),
    "legislationDate": ("adoptedOn",),
    "legislationPassedBy": ("issuedBy", "adoptedIn"),
    "url": ("url",),
}
_WORK = {
    "identifier": ("symbol",),
    "datePublished": ("date",),
    "author": ("author", "issuedBy"),
    "publisher": ("publisher",),
    "url": ("url",),
}
_PLACE = {"containedInPlace": ("city", "country")}
_ORGANIZATION = {"foundingDate": ("foundedOn",), "alternateName": ("acronym",), "location": ("basedIn",)}
# The type of schema.org for each class, and which properties of ours fill its properties.
_TYPES: Mapping[str, tuple[str, Mapping[str, tuple[str, ...]]]] = {
    **dict.fromkeys(("AnnualSession", "Meeting", "SideEvent", "ExternalEvent", "Milestone"), ("Event", _EVENT)),
    **dict.fromkeys(("Resolution", "Declaration", "Decision", "Instrument"), ("Legislation", _LAW)),
    **dict.fromkeys(("Provision", "Article"), ("Legislation", {"isPartOf": ("provisionOf", "articleOf")})),
    **dict.fromkeys(("Document", "Source"), ("CreativeWork", _WORK)),
    **dict.fromkeys(("Organization", "Body"), ("Organization", _ORGANIZATION)),
    "Person": ("Person", {"nationality": ("nationality",), "affiliation": ("affiliation",)}),
    "State": ("Country", {"alternateName": ("formalName",)}),
    "City": ("City", _PLACE),
    "Venue": ("Place", _PLACE),
    "Place": ("Place", _PLACE),
    "Topic": ("DefinedTerm", {}),
}


def dataset(graph: Graph) -> Fields:
    """The graph as a data set."""
    return {
        "@type": "Dataset",
        "@id": DATASET,
        "name": TITLE,
        "url": DATASET,
        "description": "What the Asian-African Legal Consultative Organization has done on international law in "
        "cyberspace, every fact with its evidence. Independent of AALCO.",
        "creator": {"@type": "Organization", "name": AUTHORS},
        "license": LICENCE,
        "version": __version__,
        "dateModified": release_date(graph),
        "inLanguage": ["en", "ar"],
    }


def page(graph: Graph, iri: str | None, title: str, language: str) -> Fields:
    """A page of the site: with what it shows, or as a collection when it shows no single thing."""
    fields: Fields = {
        "@context": "https://schema.org",
        "@type": "WebPage" if iri else "CollectionPage",
        "name": title,
        "inLanguage": language,
        "isPartOf": dataset(graph),
    }
    return fields | ({"mainEntity": thing(graph, iri, language)} if iri else {})


def thing(graph: Graph, iri: str, language: str) -> Fields:
    """A thing, with its dates, places, identifiers and whom or what it belongs to."""
    kind, properties = _TYPES.get(type_of(graph, iri).removeprefix(ONTOLOGY), ("Thing", {}))
    fields = _named(graph, iri, kind, language)
    for name, sources in properties.items():
        values = [_value(graph, term, name, language) for source in sources for term in _of(graph, iri, source)]
        if values:
            fields[name] = values[0] if len(values) == 1 else values
    lat, long = _of(graph, iri, "lat"), _of(graph, iri, "long")
    if lat and long:
        fields["geo"] = {"@type": "GeoCoordinates", "latitude": lat[0].value, "longitude": long[0].value}
    same = [term.value for term in graph.objects(iri, PREFIXES["schema"] + "sameAs")]
    about = _of(graph, iri, "summary") or graph.objects(iri, PREFIXES["skos"] + "definition")
    words = [term.value for term in about if getattr(term, "language", None) in (language, "en")]
    return fields | ({"sameAs": same} if same else {}) | ({"description": words[0]} if words else {})


# The type of a value that is a thing, where its own class does not say it.
_KIND_OF = {"location": "Place", "containedInPlace": "Place", "nationality": "Country", "superEvent": "Event"}


def _of(graph: Graph, iri: str, name: str) -> list[Node]:
    return graph.objects(iri, ONTOLOGY + name)


def _value(graph: Graph, term: Node, name: str, language: str) -> object:
    if isinstance(term, ox.NamedNode) and term.value.startswith(BASE):
        kind, _ = _TYPES.get(type_of(graph, term.value).removeprefix(ONTOLOGY), (_KIND_OF.get(name, "Thing"), {}))
        return _named(graph, term.value, kind, language)
    if name in ("publisher", "author", "affiliation"):
        return {"@type": "Organization" if name != "author" else "Person", "name": term.value}
    return term.value


def _named(graph: Graph, iri: str, kind: str, language: str) -> Fields:
    return {"@type": kind, "@id": iri, "name": graph.label(iri, language)}
