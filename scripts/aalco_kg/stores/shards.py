"""A dataset cut into shards: sorted, compressed N-Quads that a cluster loads or checks in parallel.

A record is whole in one shard, with the evidence beside it, and so is the graph of a source: which one, SHARD tells
from the address alone. Shard 0 holds what everything else rests on, ontology and concepts. The same dataset gives the
same bytes, whatever the order of its statements.
"""

import gzip
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from zlib import crc32

from aalco_kg.errors import UserError
from aalco_kg.files import home_of
from aalco_kg.terms import BASE

MANIFEST = "manifest.json"
RULE = (
    "shard 0: what is not a record (ontology, concepts); else 1 + crc32(record) mod (shards - 1), where record is the "
    "first two parts of the address below " + BASE + "; in a named graph the address is that of the graph"
)


@dataclass(frozen=True)
class Shard:
    """One file of a sharded dataset."""

    name: str
    statements: int
    bytes: int
    sha256: str


def record_of(iri: str) -> str:
    """The record to which an address belongs, such as `session/53`; '' when it is a concept or not ours.

    >>> record_of(BASE + "session/53/deliberation/cyberspace#e1")
    'session/53'
    """
    home = home_of(iri)
    return home.removeprefix("data/").removesuffix(".ttl") if home else ""


def shard_of(iri: str, shards: int) -> int:
    """The number of the shard, of so many, in which an address is."""
    record = record_of(iri)
    return bucket(record, shards) if record else 0


def bucket(text: str, shards: int) -> int:
    """A number from 1 up to below `shards` that follows from a text."""
    return 1 + crc32(text.encode()) % (shards - 1)


def place(graph: str, line: str, shards: int) -> int:
    """The number of the shard in which a statement is: by its graph, else by its subject."""
    return shard_of(graph or line[1 : line.index(">")] if graph or line[0] == "<" else "", shards)


def write(statements: Iterable[tuple[str, str]], out: Path, shards: int) -> list[Shard]:
    """Write statements (graph, line of N-Triples) as so many shards, with a manifest, to a new folder.

    Memory holds one shard at a time. Raises UserError when the folder holds something else.
    """
    if shards < 2:
        raise UserError(f"{shards} is too small a number of shards.", "Take 2 or more: the first is for the ontology.")
    if out.exists() and not (out.is_dir() and (not any(out.iterdir()) or (out / MANIFEST).exists())):
        raise UserError(f"{out} holds something that is not a sharded dataset.", "Name another folder.")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as folder:
        new = Path(folder) / out.name
        new.mkdir()
        written = [
            _pack(loose, new / f"shard-{i:05}.nq.gz") for i, loose in enumerate(_scatter(statements, new, shards))
        ]
        told = {
            "statements": sum(shard.statements for shard in written),
            "rule": RULE,
            "shards": list(map(asdict, written)),
        }
        (new / MANIFEST).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
        (new / "SHA256SUMS").write_text(
            "".join(f"{shard.sha256}  {shard.name}\n" for shard in written), encoding="utf-8"
        )
        shutil.rmtree(out, ignore_errors=True)
        new.rename(out)
    return written


def _scatter(statements: Iterable[tuple[str, str]], folder: Path, shards: int) -> list[Path]:
    """Each statement as a line of N-Quads in the loose file of its shard."""
    files = [folder / f"{i}.nq" for i in range(shards)]
    with ExitStack() as stack:
        opened = [stack.enter_context(file.open("w", encoding="utf-8")) for file in files]
        for graph, line in statements:
            end = f"<{graph}> .\n" if graph else ".\n"
            opened[place(graph, line, shards)].write(line[:-1] + end)
    return files


def _pack(loose: Path, packed: Path) -> Shard:
    """Sort a loose file into a compressed one: no name and no time inside, so that the bytes are always the same."""
    with loose.open(encoding="utf-8") as file:
        lines = sorted(set(file))
    loose.unlink()
    with packed.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as zipped:
        zipped.writelines(line.encode() for line in lines)
    data = packed.read_bytes()
    return Shard(packed.name, len(lines), len(data), hashlib.sha256(data).hexdigest())


def manifest(folder: Path) -> list[Shard]:
    """The shards of a sharded dataset. Raises UserError when there is none."""
    try:
        return [Shard(**told) for told in json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["shards"]]
    except FileNotFoundError:
        raise UserError(f"{folder} holds no sharded dataset.", "`aalco shards` makes one.") from None
    except (ValueError, KeyError, TypeError):
        raise UserError(f"{folder / MANIFEST} is damaged.", "Fetch or make the shards anew.", code=1) from None


def read(folder: Path, shard: Shard) -> list[str]:
    """The lines of a shard. Raises UserError when the file is not the one that the manifest names."""
    path = folder / shard.name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.", "Fetch or make the shards anew.", 1) from None
    if hashlib.sha256(data).hexdigest() != shard.sha256:
        raise UserError(
            f"{path} is cut short or changed: its checksum is not the one in {MANIFEST}.",
            "Fetch or make the shards anew.",
            code=1,
        )
    return gzip.decompress(data).decode().splitlines()
