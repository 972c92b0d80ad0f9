"""A codebook that changes while people code: its tree, the changes that build it, and what they mean for codings.

`tree` holds one version; `changes` makes the next one or refuses in words; `versions` replays a list of changes and
takes one back; `differences` says what changed between two versions; `recoding` says what becomes of codings;
`exchange` is the way to other coding programs.
"""

from commonpool.voices.rules.codebook.changes import (
    Add,
    Change,
    Merge,
    Move,
    Redefine,
    Rename,
    Retire,
    Split,
    Swap,
    Undo,
    apply,
)
from commonpool.voices.rules.codebook.differences import differences
from commonpool.voices.rules.codebook.recoding import Fate, Recoding, recoding_of, recodings
from commonpool.voices.rules.codebook.tree import EMPTY, Code, Codebook, CodebookError, Origin
from commonpool.voices.rules.codebook.versions import additions, retiring, undo_of, version_as_of

__all__ = [
    "EMPTY",
    "Add",
    "Change",
    "Code",
    "Codebook",
    "CodebookError",
    "Fate",
    "Merge",
    "Move",
    "Origin",
    "Recoding",
    "Redefine",
    "Rename",
    "Retire",
    "Split",
    "Swap",
    "Undo",
    "additions",
    "apply",
    "differences",
    "recoding_of",
    "recodings",
    "retiring",
    "undo_of",
    "version_as_of",
]
