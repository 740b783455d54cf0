"""The proof page: what was proven of the record as it stands, by what, and with which result.

`prove` runs every gate that takes minutes and reads what took longer from the records kept of it; `write` puts the
outcome into a folder as `proof.json` and as `proof.html`, a page that needs neither scripts nor other files.
"""

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pyoxigraph as ox

from aalco_kg import __version__, checking
from aalco_kg.checking import engines, hygiene, mutation, records, world
from aalco_kg.checking.again import Judge
from aalco_kg.errors import UserError
from aalco_kg.files import data_files, hygiene_files, meta_shape_files, query_files, shape_files, turtle_files
from aalco_kg.graph import read
from aalco_kg.terms import ONTOLOGY, PREFIXES, compact

SAMPLE = 20  # faults of each family that are made for the page
_TYPE = PREFIXES["rdf"] + "type"


@dataclass(frozen=True)
class Gate:
    """One thing proven: what holds, what shows it, the outcome in words, and whether it held (None: not known)."""

    name: str
    shows: str
    outcome: str
    held: bool | None


@dataclass(frozen=True)
class Faults:
    """How many faults of a family were made, and in words those that were not found."""

    made: int
    missed: list[str]


@dataclass(frozen=True)
class Tested:
    """What a module of tests proves, sentence by sentence: how many cases passed, failed and were skipped."""

    about: str
    sentences: dict[str, dict[str, int]]

    def count(self, outcome: str) -> int:
        """How many cases ended so."""
        return sum(counts[outcome] for counts in self.sentences.values())


@dataclass(frozen=True)
class Proof:
    """All that was proven of one version: the gates, what they looked at, the faults found by family, the tests."""

    version: str
    counts: dict[str, int]
    gates: tuple[Gate, ...]
    faults: dict[str, tuple[int, int]]  # made and found
    missed: tuple[str, ...]
    faults_when: str = ""
    tests: dict[str, Tested] = field(default_factory=dict)
    tests_when: str = ""


# What the tests prove of the graph: the module, and by which means.
TESTED = (
    ("No reasoner finds a contradiction", "test_reasoning", "HermiT; profiles OWL 2 DL and RL; rules of OWL 2 RL"),
    ("Every question has its golden answer", "test_queries", "pyoxigraph and rdflib, triples and quads; an endpoint"),
    ("The answers are those of other stores", "test_engines", "Virtuoso and Apache Jena"),
    ("Every format reads back as the same graph", "test_round_trips", "pyoxigraph, rdflib, raptor, Apache Jena"),
    ("Every constraint fires", "test_shapes", "a bad record for each, in both validators"),
)


def prove(sample: int = SAMPLE) -> Proof:
    """Run the gates on the project. Takes a minute or two, most of it in the reference validator.

    What takes longer, the tests and every single fault, is told from the records that they leave.
    """
    triples = read(turtle_files())
    shapes = read(shape_files() + meta_shape_files())
    live = _live(triples, shapes)
    ground = world.world()
    judge = Judge(shapes, [*ground.records, *ground.ontology])
    tallies = mutation.score(judge, mutation.mutants(ground, sample), engines=("fast", "pyshacl"))
    faults = {tally.family: Faults(tally.made, [fault.what for fault in tally.missed]) for tally in tallies}
    some = _faults("Faults made on purpose are found", faults, f"at most {sample} of each family, just now")
    every, tested = records.last("faults"), records.last("tests")
    faults = _every(every) if every else faults
    return Proof(
        __version__,
        _counts(triples, shapes),
        (*live, some, _agreed(tallies), *recorded()),
        {name: (found.made, found.made - len(found.missed)) for name, found in faults.items()},
        tuple(f"{name}: {what}" for name, found in faults.items() for what in found.missed),
        every.when if every else "just now",
        _modules(tested) if tested else {},
        tested.when if tested else "",
    )


def recorded() -> list[Gate]:
    """The gates that take longer, from the records of when they were last run."""
    gates = []
    if every := records.last("faults"):
        gates.append(_faults("Every single fault is found", _every(every), f"all of each family, {every.when}"))
    if both := records.last("faults-by-both"):
        gates.append(_alike(both))
    tested = records.last("tests")
    modules, when = (_modules(tested), tested.when) if tested else ({}, "")
    return gates + [_tested(*row, modules, when) for row in TESTED]


def _every(record: records.Record) -> dict[str, Faults]:
    return {name: Faults(found["made"], found["missed"]) for name, found in record.results.items()}


def _modules(record: records.Record) -> dict[str, Tested]:
    return {name: Tested(**told) for name, told in record.results.items()}


def _live(triples: list[ox.Triple], shapes: list[ox.Triple]) -> list[Gate]:
    """What is looked at anew for every page."""
    findings = checking.check()
    fast, rows = engines.validate(triples, shapes), list(hygiene.faults(triples))
    return [
        Gate(
            "Every file is in order", "aalco check: syntax, layout, terms, values", _found(len(findings)), not findings
        ),
        Gate("Every record has its shape", "SHACL, by shacl-rust", _found(len(fast)), not fast),
        Gate("Terms and texts are clean", f"{len(hygiene_files())} SPARQL queries", _found(len(rows)), not rows),
    ]


def _faults(name: str, faults: dict[str, Faults], which: str) -> Gate:
    made, missed = sum(found.made for found in faults.values()), sum(len(found.missed) for found in faults.values())
    shows = f"{made:,} faults in {len(faults)} families, {which}"
    return Gate(name, shows, f"{1 - missed / made:.2%} found", missed <= made / 100)


def _agreed(tallies: list[mutation.Tally]) -> Gate:
    """The gate that the reference validator gave the same results on each of the faults and all that they reach."""
    made, differing = (sum(t.made for t in tallies), sum(len(t.differing) for t in tallies))
    shows = f"pySHACL, the reference, on the same {made:,} faults and what they reach, just now"
    return Gate("A second validator agrees", shows, f"{differing} judged differently", not differing)


def _alike(both: records.Record) -> Gate:
    """The gate that both validators judged the same faults, with the same results."""
    made, differing = (sum(found[key] for found in both.results.values()) for key in ("made", "differing"))
    shows = f"{made:,} faults in {len(both.results)} families, {both.when}"
    return Gate("Both validators say the same of faults", shows, f"{differing} judged differently", not differing)


def _tested(name: str, module: str, means: str, modules: dict[str, Tested], when: str) -> Gate:
    """A gate that tests are; where no record of them is, it says how to get one, and holds nothing against anybody."""
    if module not in modules:
        return Gate(name, means, "not measured here; AALCO_RECORD=1 scripts/test does", None)
    passed, failed, skipped = (modules[module].count(outcome) for outcome in ("passed", "failed", "skipped"))
    rest = "".join(f", {number} {word}" for number, word in ((failed, "failed"), (skipped, "skipped")) if number)
    return Gate(name, f"{means}; {module}, {when}", f"{passed} cases passed{rest}", bool(passed) and not failed)


def _counts(triples: list[ox.Triple], shapes: list[ox.Triple]) -> dict[str, int]:
    kinds = Counter(t.object.value for t in read(data_files()) if t.predicate.value == _TYPE)  # type: ignore[union-attr]
    return {
        "files": len(turtle_files()),
        "triples": len(triples),
        "records": sum(n for kind, n in kinds.items() if kind not in {ONTOLOGY + k for k in _KEEPING}),
        **{f"{name.lower()} records": kinds[ONTOLOGY + name] for name in _KEEPING},
        "sources": kinds[ONTOLOGY + "Source"],
        "shapes": len({t.subject for t in shapes if compact(t.predicate.value) == "sh:severity"}),
        "questions": len(query_files()),
    }


_KEEPING = ("Evidence", "Dispute", "Gap")


def _found(number: int) -> str:
    return "nothing to mend" if not number else f"{number} to mend"


def write(proof: Proof, folder: Path) -> list[Path]:
    """Write `proof.json` and `proof.html` into a folder. Raises UserError when that cannot be done."""
    from jinja2 import Environment  # only here is a page made

    page = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(_PAGE).render(proof=proof)
    texts = {"proof.json": json.dumps(asdict(proof), ensure_ascii=False, indent=2) + "\n", "proof.html": page + "\n"}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror}.", "Name another folder.") from None
    return [folder / name for name in texts]


_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What is proven of the AALCO cyberspace-law knowledge graph {{ proof.version }}</title>
<style>
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
caption { text-align: start; font-weight: bold; padding: 1.5rem 0 .5rem }
th, td { text-align: start; vertical-align: top; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid GrayText }
td.n { text-align: end; font-variant-numeric: tabular-nums }
</style>
</head>
<body>
<main>
<h1>What is proven of this graph</h1>
<p>Version {{ proof.version }}:
{{ "not everything holds" if proof.gates | selectattr("held", "false") | list else "whatever was measured holds" }}.
Made by <code>aalco check --report</code>.</p>
<table>
<caption>Gates</caption>
<thead><tr><th scope="col">What holds</th><th scope="col">Shown by</th><th scope="col">Outcome</th></tr></thead>
<tbody>
{% for gate in proof.gates %}
<tr><th scope="row">{{ gate.name }}</th><td>{{ gate.shows }}</td>
<td>{{ {True: "yes: ", False: "no: "}.get(gate.held, "") }}{{ gate.outcome }}</td></tr>
{% endfor %}
</tbody>
</table>
<table>
<caption>What was looked at</caption>
<thead><tr><th scope="col">Kind</th><th scope="col">Number</th></tr></thead>
<tbody>
{% for name, number in proof.counts.items() %}
<tr><th scope="row">{{ name }}</th><td class="n">{{ number }}</td></tr>
{% endfor %}
</tbody>
</table>
<table>
<caption>Faults made on purpose, {{ proof.faults_when }}</caption>
<thead><tr><th scope="col">Family</th><th scope="col">Made</th><th scope="col">Found</th></tr></thead>
<tbody>
{% for family, (made, found) in proof.faults.items() %}
<tr><th scope="row">{{ family }}</th><td class="n">{{ made }}</td><td class="n">{{ found }}</td></tr>
{% endfor %}
</tbody>
</table>
{% if proof.tests %}
<h2>What the tests prove, {{ proof.tests_when }}</h2>
{% for name, tested in proof.tests.items() %}
<table>
<caption>{{ tested.about }} ({{ name }})</caption>
<thead><tr><th scope="col">Sentence</th><th scope="col">Passed</th><th scope="col">Failed</th>
<th scope="col">Skipped</th></tr></thead>
<tbody>
{% for sentence, counts in tested.sentences.items() %}
<tr><th scope="row">{{ sentence }}</th>
{% for outcome in ("passed", "failed", "skipped") %}
<td class="n">{{ counts[outcome] }}</td>
{% endfor %}
</tr>
{% endfor %}
</tbody>
</table>
{% endfor %}
{% endif %}
{% if proof.missed %}
<h2>Faults not found</h2>
<ul>
{% for fault in proof.missed %}
<li>{{ fault }}</li>
{% endfor %}
</ul>
{% endif %}
</main>
</body>
</html>"""
