"""Where ontology, data and queries are, and which record lives in which file."""

from pathlib import Path

from aalco_kg.errors import UserError
from aalco_kg.terms import BASE

_PACKAGE = Path(__file__).resolve().parent
# A wheel carries the three folders inside the package; in a clone they stand at the top.
HOME = _PACKAGE if (_PACKAGE / "ontology").is_dir() else _PACKAGE.parents[1]
TURTLE = "*.ttl"


def ontology_files() -> list[Path]:
    """The ontology itself and its concept schemes, without shapes and alignments."""
    return sorted(HOME.glob(f"ontology/{TURTLE}")) + sorted(HOME.glob(f"ontology/schemes/{TURTLE}"))


def alignment_files() -> list[Path]:
    """The files that relate our terms to other vocabularies."""
    return sorted(HOME.glob(f"ontology/alignments/{TURTLE}"))


def shape_files() -> list[Path]:
    """The SHACL shapes."""
    return sorted(HOME.glob(f"ontology/shapes/{TURTLE}"))


def meta_shape_files() -> list[Path]:
    """The SHACL shapes of the ontology and of the shapes themselves."""
    return sorted(HOME.glob(f"ontology/shapes/meta/{TURTLE}"))


def data_files() -> list[Path]:
    """Every record."""
    return sorted(HOME.glob(f"data/**/{TURTLE}"))


def query_files() -> list[Path]:
    """Every canned query."""
    return sorted(HOME.glob("queries/*.rq"), key=lambda path: path.stem)


def turtle_files() -> list[Path]:
    """Everything in Turtle that the project keeps."""
    return ontology_files() + alignment_files() + shape_files() + meta_shape_files() + data_files()


def read_text(path: Path) -> str:
    """The text of a file, as UTF-8. Raises UserError when there is none to read."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(f"There is no file {shown(path)}.", "Check the path.") from None
    except IsADirectoryError:
        raise UserError(f"{shown(path)} is a folder.", "Name the files in it.") from None
    except UnicodeDecodeError as error:
        raise UserError(f"{shown(path)} is not UTF-8 text (byte {error.start}).", "Save it as UTF-8.", code=1) from None
    except OSError as error:
        raise UserError(f"{shown(path)} cannot be read: {error.strerror}.", "Check the path and its rights.") from None


def shown(path: Path) -> str:
    """A path as a user knows it: relative to the project when it lies inside."""
    whole = path.resolve()
    return str(whole.relative_to(HOME)) if whole.is_relative_to(HOME) else str(path)


def home_of(iri: str) -> str | None:
    """The file, relative to the project, in which a thing of `id/` has its record.

    The first two parts of the address name it: `session/53/deliberation/cyberspace` lives in
    `data/session/53.ttl`. Concepts live in `ontology/schemes/`, for them the answer is None.
    """
    if not iri.startswith(BASE):
        return None
    parts = iri[len(BASE) :].split("#")[0].split("/")
    if len(parts) < 2 or parts[0] in _CONCEPT_KINDS:
        return None
    return f"data/{parts[0]}/{parts[1]}.ttl"


# The kinds of address that belong to concept schemes, and to the schemes themselves.
_CONCEPT_KINDS = frozenset(
    {
        *("scheme", "topic", "action", "adoption-mode", "basis", "deliberation-status", "document-kind"),
        *("event-status", "instrument-kind", "meeting-kind", "membership-status", "milestone-kind", "mode"),
        *("outcome-status", "process-kind", "region", "role", "source-kind", "stance", "treaty-action-kind"),
    }
)
