"""Writing a whole folder in one step: beside the old one, then moved into its place; a crash leaves the old one."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aalco_kg.errors import UserError


@contextmanager
def renewed(out: Path, marker: str, what: str) -> Iterator[Path]:
    """A new folder to write to, which takes the place of `out` at the end, unless an error ends it.

    Only an empty folder, or one that holds the file `marker` and so is `what` (as in "a release"), is replaced.
    Raises UserError when `out` holds something else, or cannot be written.
    """
    if out.exists() and not (out.is_dir() and (not any(out.iterdir()) or (out / marker).exists())):
        raise UserError(f"{out} holds something that is not {what}.", "Name another folder.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror}.", "Name another folder.") from None
    try:
        yield new
        _move(new, out)
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror}.", "What was there is untouched.", 1) from None
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _move(new: Path, out: Path) -> None:
    """Put the new folder in the place of the old one."""
    new.chmod(0o755)
    old = out.with_name(f".{out.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    new.rename(out)
    shutil.rmtree(old, ignore_errors=True)
