"""What a user can do wrong, in words.

Every error that a user can cause is a UserError; the command line prints it and exits with its code.
"""

import difflib
from collections.abc import Iterable


class UserError(Exception):
    """Something the user can mend: `what` is wrong, and what to do about it (`mend`), a sentence each.

    `code` is the exit status: 2 for a command used wrongly, 1 for data or a service that refused.
    """

    def __init__(self, what: str, mend: str, code: int = 2) -> None:
        super().__init__(what, mend, code)
        self.what, self.mend, self.code = what, mend, code

    def __str__(self) -> str:
        return f"{self.what} {self.mend}"


def nearest(wrong: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known words most like `wrong`, best first; words that begin or end with it count as near."""
    folded = {word.casefold(): word for word in known}
    lower = wrong.casefold()
    near = [folded[word] for word in difflib.get_close_matches(lower, folded, n=most, cutoff=0.55)]
    near += [word for fold, word in folded.items() if lower and lower in fold and word not in near]
    return near[:most]


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """A clause that names the nearest known words, or an empty string."""
    near = nearest(wrong, known)
    return f"Did you mean {' or '.join(near)}?" if near else ""
