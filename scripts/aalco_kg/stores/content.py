"""What a dataset says: its statements by graph, as lines of canonical N-Triples, with their number and digest.

Two contents are equal when the datasets are the same, whatever syntax, store or blank node labels they come with.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from aalco_kg.errors import UserError
from aalco_kg.stores import shards

SUMS = "SHA256SUMS"
QUADS = "aalco-kg.nq"  # the file of a release that holds the dataset
_FORMATS = "nq, trig, nt or ttl"

Lines = frozenset[str]


@dataclass(frozen=True)
class Content:
    """The lines of each graph, by its address; the default graph is ''."""

    graphs: Mapping[str, Lines]

    def __len__(self) -> int:
        return sum(map(len, self.graphs.values()))

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the sorted N-Quads; with blank nodes in one graph only, that of RDFC-1.0."""
        return hashlib.sha256("".join(sorted(self.quads())).encode()).hexdigest()

    def placed(self, graph: str) -> "Content":
        """The same, with the default graph under an address of its own."""
        return Content({name or graph: lines for name, lines in self.graphs.items()})

    def statements(self) -> Iterator[tuple[str, str]]:
        """Each statement as its graph and its line."""
        return ((name, line) for name, lines in self.graphs.items() for line in lines)

    def quads(self) -> Iterator[str]:
        """Each statement as a line of N-Quads."""
        for name, lines in self.graphs.items():
            end = f"<{name}> .\n" if name else ".\n"
            for line in lines:
                yield line[:-1] + end


def of_quads(quads: Iterable[ox.Quad]) -> Content:
    """The content of quads."""
    graphs: dict[str, list[ox.Triple]] = {}
    for quad in quads:
        graphs.setdefault(getattr(quad.graph_name, "value", ""), []).append(quad.triple)
    return Content({name: lines(triples) for name, triples in graphs.items()})


def lines(triples: Iterable[ox.Triple]) -> Lines:
    """The triples of one graph as lines that end in ` .`, blank nodes labelled by RDFC-1.0."""
    named, blank = set(), []
    for triple in triples:
        if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode):
            blank.append(ox.Quad(*triple))
        else:
            named.add(f"{triple} .")
    dataset = ox.Dataset(blank)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return frozenset(named | {f"{quad.triple} ." for quad in dataset})


def is_blank(line: str) -> bool:
    """Whether a line has a blank node."""
    return line.startswith("_:") or line.split(" ", 2)[2].startswith("_:")


def triple_of(line: str) -> ox.Triple:
    """The triple that a line says."""
    quad: ox.Quad = next(iter(ox.parse(line, ox.RdfFormat.N_TRIPLES)))
    return quad.triple


def of_records() -> Content:
    """What the records say now: what a release built from them would hold."""
    from aalco_kg.graph import load
    from aalco_kg.release.provenance import evidenced, source_quads

    triples = [quad.triple for quad in load().store]
    return of_quads(source_quads(triples, evidenced(triples)))


def read(path: Path) -> Content:
    """The content of a release (its folder, or a folder of shards) or of a file of N-Quads, TriG, N-Triples or Turtle.

    Raises UserError when there is none, when a release is not what its checksums say, or a file does not parse.
    """
    if (path / shards.MANIFEST).is_file():
        told = (line for shard in shards.manifest(path) for line in shards.read(path, shard))
        return of_quads(ox.parse("\n".join(told), ox.RdfFormat.N_QUADS))
    file = path
    if path.is_dir():
        file = path / QUADS
        _verify(path, file)
    form = ox.RdfFormat.from_extension(file.suffix[1:])
    if form is None:
        raise UserError(f"{path} is neither a release nor a dataset.", f"Name a folder, or a file: {_FORMATS}.")
    try:
        return of_quads(ox.parse(path=str(file), format=form))
    except FileNotFoundError:
        raise UserError(f"There is no release or file {path}.", "`aalco build` makes a release.") from None
    except SyntaxError as error:
        raise UserError(f"{file} is cut short or damaged: {error}.", "Fetch or build it anew.", code=1) from None
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error}.", "Check its rights.", code=1) from None


def _verify(folder: Path, file: Path) -> None:
    """Hold a file of a release to its checksum."""
    sums = folder / SUMS
    if not sums.is_file():
        raise UserError(f"{folder} is not a release: it has no {SUMS}.", "`aalco build` makes one.")
    told = [line.split("  ", 1)[0] for line in sums.read_text("utf-8").splitlines() if line.endswith(f"  {file.name}")]
    if not told or not file.is_file():
        raise UserError(f"{folder} has no {file.name}.", "Fetch or build the release anew.", code=1)
    with file.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if found != told[0]:
        raise UserError(
            f"{file} is cut short or changed: its checksum is not the one in {SUMS}.",
            "Fetch or build the release anew.",
            code=1,
        )
