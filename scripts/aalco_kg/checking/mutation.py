"""Faults made on purpose: every single change of a kind that a curator could make by mistake, and whether it is found.

`mutants` makes them from the graph as it stands, by family. `score` puts them to the shapes, many at a time where
they cannot meet: each fault is judged on the nodes that it reaches, and faults that reach no common node are
judged together. The graph is clean before, so that every result is the work of a fault. With a second engine, each
fault is judged by both, and where they differ in anything is told.
"""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from aalco_kg.checking.again import Judge
from aalco_kg.checking.reach import TYPE, Line
from aalco_kg.checking.world import World, our
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES, compact

AT_ONCE = 2000  # faults judged together
_LABELS = [f"<{PREFIXES['rdfs']}label>", f"<{PREFIXES['skos']}prefLabel>"]
_LITERAL = re.compile(r'"(?P<text>(?:[^"\\]|\\.)*)"(?:@(?P<language>[\w-]+)|\^\^<(?P<datatype>[^>]+)>)?')
_XSD = PREFIXES["xsd"]
_NUMBERS = ("number", "symbol", "articleNumber", "letter", "agendaCode", "isoAlpha2", "isoAlpha3", "m49")


@dataclass(frozen=True)
class Mutant:
    """One fault: what is taken out and put in, and what that is in words."""

    family: str
    gone: tuple[Line, ...]
    come: tuple[Line, ...]
    what: str


@dataclass(frozen=True)
class Tally:
    """How many faults of a family were made, which were not found, and on which engines differ."""

    family: str
    made: int
    missed: tuple[Mutant, ...]
    differing: tuple[Mutant, ...] = ()

    @property
    def share(self) -> float:
        """The share found, from 0 to 1."""
        return 1 - len(self.missed) / self.made if self.made else 1.0


def said(item: Line) -> str:
    """A triple in words short enough for a list."""
    subject, predicate, value = (compact(term.strip("<>")) for term in item)
    return f"{subject} {predicate} {value if len(value) < 60 else value[:57] + '…'}"


def _dropped(world: World) -> Iterator[Mutant]:
    for node in world.subjects:
        for path in sorted({path for kind in world.classes(node) for path in world.required.get(kind, ())}):
            gone = tuple((node, path, value) for value in world.values(node, path))
            if gone:
                yield Mutant("required property dropped", gone, (), said(gone[0]))


def _retyped(value: str) -> str | None:
    """A literal with another datatype that a writer might take for the right one."""
    found = _LITERAL.fullmatch(value)
    if not found:
        return None
    text = f'"{found["text"]}"'
    if found["language"]:
        return text
    if found["datatype"] is None or found["datatype"] == _XSD + "string":
        return f"{text}@en"
    return f"{text}^^<{_XSD}decimal>" if found["datatype"] == _XSD + "integer" else text


def _wrong_datatype(world: World) -> Iterator[Mutant]:
    for item in world.records:
        value = _retyped(item[2])
        if value:
            yield Mutant("wrong datatype", (item,), ((item[0], item[1], value),), said(item))


def _things(world: World) -> Iterator[Line]:
    """Statements whose value is a thing of the graph or a term of the ontology."""
    for item in world.records:
        if item[1] != TYPE and item[2].startswith((f"<{BASE}", f"<{ONTOLOGY}")):
            yield item


def _wrong_class(world: World) -> Iterator[Mutant]:
    for number, item in enumerate(_things(world)):
        kinds = world.classes(item[2])
        others = [node for node in world.examples if not kinds & world.classes(node)]
        value = others[number % len(others)]
        yield Mutant("wrong class of object", (item,), ((*item[:2], value),), f"{said(item)} → {compact(value[1:-1])}")


def _dangling(world: World) -> Iterator[Mutant]:
    for item in _things(world):
        value = f"{item[2][:-1]}-nowhere>"
        yield Mutant("dangling reference", (item,), ((*item[:2], value),), said(item))


def _duplicate(world: World) -> Iterator[Mutant]:
    for name in _NUMBERS:
        borne: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
        for node in world.subjects:
            whole = [v for part in _WHOLE.get(name, ()) for v in world.values(node, part)]
            for value in world.values(node, name):
                borne[(*world.values(node, TYPE), *whole)].append((node, value))
        for bearers in borne.values():
            for (node, value), (_, other) in pairwise(bearers):
                gone, come = (node, our(name), value), (node, our(name), other)
                yield Mutant("duplicate number", (gone,), (come,), said(come))


# Within what a number is borne once, where that is not the whole graph.
_WHOLE = {"number": ("meetingOf",), "articleNumber": ("articleOf",), "letter": ("normOf",), "agendaCode": ("session",)}


def _moved(value: str, days: int) -> str:
    """A date a day (or, where it is less precise, a year) earlier or later."""
    found = _LITERAL.fullmatch(value)
    assert found
    if found["datatype"] == _XSD + "date":
        from datetime import date, timedelta

        text = (date.fromisoformat(found["text"]) + timedelta(days)).isoformat()
    else:
        text = f"{int(found['text'][:4]) + (1 if days > 0 else -1):04}{found['text'][4:]}"
    return f'"{text}"^^<{found["datatype"]}>'


def _replaced(family: str, node: str, path: str, old: str, new: str) -> Mutant:
    return Mutant(family, ((node, path, old),), ((node, path, new),), said((node, path, new)))


def _end_first(world: World) -> Iterator[Mutant]:
    for node in world.subjects:
        for start in world.values(node, "startDate"):
            for end in world.values(node, "endDate"):
                yield _replaced("end before start", node, our("endDate"), end, _moved(start, -1))
                yield _replaced("end before start", node, our("startDate"), start, _moved(end, 1))


def _outside(world: World) -> Iterator[Mutant]:
    """What took place or was adopted at a session, a day before its first or after its last day."""
    for node in world.subjects:
        if not set(world.values(node, TYPE)) & {our(kind) for kind in _IN_SESSION}:
            continue
        for session in world.values(node, "duringSession") + world.values(node, "session"):
            claimed = {value for item in world.index.naming(session) for value in world.values(item[0], "value")}
            for name in ("startDate", "endDate", "date", "adoptedOn"):
                for value in world.values(node, name):
                    for bound, days in (("startDate", -1), ("endDate", 1)):
                        for limit in world.values(session, bound):
                            while (limit := _moved(limit, days)) in claimed:  # a day that a source gives
                                pass
                            yield _replaced("outside its session", node, our(name), value, limit)


_IN_SESSION = (
    *("Decision", "Declaration", "Deliberation", "Meeting"),
    *("Milestone", "Resolution", "ResolutionSeries", "SideEvent"),
)


def _early_office(world: World) -> Iterator[Mutant]:
    for node in world.of_class("OfficeHeld"):
        for body in world.values(node, "inBody"):
            for founded in world.values(body, "foundedOn"):
                for name in ("startDate", "endDate", "date", "attestedOn"):
                    for value in world.values(node, name):
                        yield _replaced("office before its body", node, our(name), value, _moved(founded, -1))


def _unwitnessed(world: World) -> Iterator[Mutant]:
    for node in world.of_class("Evidence"):
        gone = tuple(sorted(world.index.about(node)))
        if _is_needed(world, node):
            yield Mutant("evidence removed", gone, (), compact(node[1:-1]))


def _is_needed(world: World, node: str) -> bool:
    """Whether a piece of evidence bears out something that no other does, or is the only use of its source."""
    [subject] = world.values(node, "about")
    others = [other for other in world.index.subjects(our("about"), subject) if other != node]

    def covers(evidence: str, path: str, value: str) -> bool:
        limits = world.values(evidence, "value")
        return path in world.values(evidence, "states") and (not limits or value in limits)

    for path in world.values(node, "states"):
        if path in _UNPROVEN:
            continue
        for value in world.values(subject, path):
            if covers(node, path, value) and not any(covers(other, path, value) for other in others):
                return True
    [source] = world.values(node, "source")
    return not set(world.index.subjects(our("source"), source)) - {node}


_UNPROVEN = {*_LABELS, f"<{PREFIXES['skos']}altLabel>", our("translated"), our("note")}


def _misdirected(world: World) -> Iterator[Mutant]:
    choice = random.Random(7)
    for node in world.of_class("Evidence"):
        states = world.values(node, "states")
        for path in states:
            other = choice.choice([name for name in world.properties if name not in states])
            yield _replaced("evidence for another property", node, our("states"), path, other)


def _long_quote(world: World) -> Iterator[Mutant]:
    for item in world.records:
        if item[1] == our("quote"):
            value = re.sub(r'^"', '"' + "and " * (13 - len(item[2].split())), item[2])
            yield Mutant("quote too long", (item,), ((*item[:2], value),), said(item))


def _rejected(world: World) -> Iterator[Mutant]:
    for node in world.of_class("Dispute"):
        come = tuple(
            (subject, path, value)
            for subject in world.values(node, "about")
            for path in world.values(node, "property")
            for value in world.values(node, "value")
        )
        yield Mutant("rejected value asserted", (), come, said(come[0]))


def _circle(world: World) -> Iterator[Mutant]:
    broader = f"<{PREFIXES['skos']}broader>"
    for node in world.of_class("Topic"):
        above, rest = {node}, [node]
        while rest:
            new = set(world.values(rest.pop(), broader)) - above
            above |= new
            rest += new
        for top in sorted(above):
            come = (top, broader, node)
            yield Mutant("circle in broader", (), (come,), said(come))


def _unlabelled(world: World) -> Iterator[Mutant]:
    for node in world.subjects:
        for language in ("en", "ar"):
            gone = tuple(
                item
                for item in sorted(world.index.about(node))
                if item[1] in _LABELS and item[2].endswith(f"@{language}")
            )
            if gone:
                yield Mutant("label missing in a language", gone, (), said(gone[0]))


FAMILIES: tuple[Callable[[World], Iterator[Mutant]], ...] = (
    _dropped, _wrong_datatype, _wrong_class, _dangling, _duplicate, _end_first, _outside, _early_office,
    _unwitnessed, _misdirected, _long_quote, _rejected, _circle, _unlabelled,
)  # fmt: skip


def mutants(world: World, sample: int | None = None, seed: int = 1) -> list[Mutant]:
    """Every fault, or of each family at most `sample`, chosen by `seed`."""
    made = []
    for family in FAMILIES:
        every = [fault for fault in family(world) if not any(world.holds(item) for item in fault.come)]
        made += every if sample is None else random.Random(seed).sample(every, min(sample, len(every)))
    return made


def score(
    judge: Judge,
    faults: list[Mutant],
    progress: Callable[[int], None] = lambda done: None,
    engines: tuple[str, ...] = ("each",),
) -> list[Tally]:
    """How many of the faults are found in the graph that `judge` holds, by family, with those that are not.

    Found is what the first engine finds; the others are held to its results.
    """
    made = Counter(fault.family for fault in faults)
    missed: dict[str, list[Mutant]] = defaultdict(list)
    differing: dict[str, list[Mutant]] = defaultdict(list)
    done = 0
    for together in groups(judge, faults):
        unfound, unequal = _judged(judge, together, engines)
        for fault in unfound:
            missed[fault.family].append(fault)
        for fault in unequal:
            differing[fault.family].append(fault)
        done += len(together)
        progress(done)
    return [Tally(name, number, tuple(missed[name]), tuple(differing[name])) for name, number in made.items()]


def unlike(judge: Judge, faults: list[Mutant], progress: Callable[[int], None] = lambda done: None) -> list[Mutant]:
    """The faults of which the verdict on what they reach is not that on the whole.

    Those that reach no common node are made together, and reported together.
    """
    found, done = list[Mutant](), 0
    for together in groups(judge, faults):
        made = [fault for fault, _ in together]
        for fault in made:
            judge.change(fault.gone, fault.come)
        part, whole = judge.verdict(set().union(*(reached for _, reached in together))), judge.whole()
        for fault in made:
            judge.change(fault.come, fault.gone)
        found += made if part != whole else []
        done += len(made)
        progress(done)
    return found


Reaching = tuple[Mutant, set[str]]


def groups(judge: Judge, faults: list[Mutant]) -> Iterator[list[Reaching]]:
    """The faults, each with the nodes that it reaches, in groups in which no two reach a common node."""
    waiting = [(fault, _reached(judge, fault)) for fault in faults]
    while waiting:
        together, waiting = _apart(waiting)
        yield together


def _reached(judge: Judge, fault: Mutant) -> set[str]:
    """The nodes whose verdict a fault may alter."""
    reached = judge.change(fault.gone, fault.come)
    judge.change(fault.come, fault.gone)
    return reached


def _apart(faults: list[Reaching]) -> tuple[list[Reaching], list[Reaching]]:
    """Some of the faults that reach no common node; and the rest."""
    taken: set[str] = set()
    together: list[Reaching] = []
    rest: list[Reaching] = []
    for fault, reached in faults:
        if len(together) < AT_ONCE and not taken & reached:
            taken |= reached
            together.append((fault, reached))
        else:
            rest.append((fault, reached))
    return together, rest


def _judged(judge: Judge, together: list[Reaching], engines: tuple[str, ...]) -> tuple[list[Mutant], list[Mutant]]:
    """Those of the faults that leave every node that they reach without a result, and those on which engines differ."""
    for fault, _ in together:
        judge.change(fault.gone, fault.come)
    nodes = set().union(*(reached for _, reached in together))
    results, *others = (set(judge.verdict(nodes, engine)) for engine in engines)
    for fault, _ in together:
        judge.change(fault.come, fault.gone)
    found = {f"<{result.focus}>" for result in results}
    disputed = {f"<{result.focus}>" for other in others for result in results ^ other}
    assert disputed <= nodes
    unfound = [fault for fault, reached in together if not reached & found]
    return unfound, [fault for fault, reached in together if reached & disputed]
