"""What a row's cost centre, scheme line and kind mean; what is unknown is told once, with the nearest known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from commonpool.findings import At, Rule
from commonpool.ledger.rules.extracts import wording
from commonpool.ledger.rules.extracts.mapping import CodeMeaning, ColumnMapping, RowKind, code_key
from commonpool.ledger.rules.extracts.telling import MOST_OF_A_KIND, Telling, others, short
from commonpool.ledger.rules.extracts.values import ExportFacts

_MOST_LISTED: Final = 8
_MOST_UNKNOWN: Final = 15
"""How many unknown cost centres are named besides the first."""
IGNORED: Final = CodeMeaning("")
"""The meaning of a cost centre that is not the pool's."""

Place = Callable[[], At]


@dataclass
class _Unknown:
    """One fault that rows share: where it was first seen, and how many rows have it."""

    rule: Rule
    place: Place
    said: dict[str, str]
    count: int = 1


class Codes:
    """Looks up codes of one file. `tell_unknown` gives the findings when all rows have been read."""

    def __init__(self, mapping: ColumnMapping, facts: ExportFacts) -> None:
        self._names = dict(facts.lines)
        self._lines = {code_key(line): line for line in facts.lines}
        self._codes = {code_key(code): code for code in mapping.codes}
        self._meanings = mapping.codes
        self._ignored = {code_key(code) for code in mapping.ignored}
        self._kinds = {kind.value: kind for kind in RowKind}
        self._kinds |= {code_key(word): kind for word, kind in mapping.kinds.items()}
        self._unknown: dict[tuple[str, str], _Unknown] = {}
        self._unknown_codes: dict[str, _Unknown] = {}
        self._distinct: Counter[str] = Counter()

    def meaning(self, cost_centre: str, line: str, centre_at: Place, line_at: Place) -> tuple[str, CodeMeaning] | None:
        """(the code by which the row is known, what it means). None when it is unknown, which will be told.

        A scheme line that the row names counts before its cost centre's, and must not contradict it.
        """
        if cost_centre and code_key(cost_centre) in self._ignored:
            return cost_centre, IGNORED
        code = self._codes.get(code_key(cost_centre))
        meant = self._meanings[code] if code is not None else None
        if line:
            return self._of_line(cost_centre, line, meant, line_at)
        if code is None or meant is None:
            self._note_unknown(cost_centre, centre_at)
            return None
        if code_key(meant.line) not in self._lines:
            self._note(wording.UNKNOWN_LINE, meant.line, centre_at, self._names)
            return None
        return code, CodeMeaning(self._lines[code_key(meant.line)], meant.kind)

    def _of_line(
        self, cost_centre: str, line: str, meant: CodeMeaning | None, place: Place
    ) -> tuple[str, CodeMeaning] | None:
        known = self._lines.get(code_key(line))
        if known is None:
            self._note(wording.UNKNOWN_LINE, line, place, self._names)
            return None
        if meant is not None and code_key(meant.line) != code_key(known):
            said = {"line": short(line), "code": short(cost_centre), "meant": short(meant.line)}
            self._note(wording.CODES_DISAGREE, f"{cost_centre}\x1f{line}", place, **said)
            return None
        kind = meant.kind if meant else RowKind.EXPENDITURE
        return cost_centre or known, CodeMeaning(known, kind)

    def kind(self, word: str, otherwise: RowKind, place: Place) -> RowKind | None:
        """What the kind column's word means; the code's own kind where it is empty. None when it is unknown."""
        if not word:
            return otherwise
        found = self._kinds.get(code_key(word))
        if found is None:
            self._note(wording.UNKNOWN_KIND, word, place, self._kinds)
        return found

    @property
    def unknown(self) -> tuple[str, ...]:
        """The cost centres that the mapping does not know, in the order of the file, as many as are told of a fault."""
        return tuple(one.said["found"] for one in list(self._unknown_codes.values())[:MOST_OF_A_KIND])

    def tell_unknown(self, telling: Telling) -> None:
        """One finding for each unknown line and word at the first row that has it, and one for all cost centres."""
        if self._unknown_codes:
            self._tell_unknown_codes(telling, list(self._unknown_codes.values()))
        for one in self._unknown.values():
            telling.tell(one.rule, one.place, others=others(one.count - 1), **one.said)

    def _tell_unknown_codes(self, telling: Telling, unknown: Sequence[_Unknown]) -> None:
        """All at once: whoever maps a partner's cost centres maps them together, in one place."""
        first, rest = unknown[0], unknown[1:]
        telling.tell(
            first.rule,
            first.place,
            **first.said,
            others=others(first.count - 1),
            more=_nor(rest),
            known=_listed(self._meanings) if rest else _known(first.said["found"], self._meanings, self._names),
            it="them" if rest else "it",
            each="each" if rest else "it",
        )

    def _note_unknown(self, code: str, place: Place) -> None:
        made = _Unknown(wording.UNKNOWN_CODE, place, {"found": short(code)}, count=0)
        self._unknown_codes.setdefault(code_key(code), made).count += 1

    def _note(self, rule: Rule, text: str, place: Place, known: Iterable[str] | None = None, **said: str) -> None:
        key = (rule.id, code_key(text))
        if key in self._unknown:
            self._unknown[key].count += 1
            return
        self._distinct[rule.id] += 1
        if (
            known is not None and self._distinct[rule.id] <= MOST_OF_A_KIND
        ):  # beyond that none is listed, and looking is slow
            said |= {"found": short(text), "known": _known(text, known, self._names)}
        self._unknown[key] = _Unknown(rule, place, said)


def _nor(rest: Sequence[_Unknown]) -> str:
    """`, nor are 2 others: ‘C2’ (C4) and ‘C3’ (C5 and 1 other row)`; nothing where there is no other."""
    if not rest:
        return ""
    named = [f"‘{one.said['found']}’ ({one.place().cell}{_and_rows(one.count - 1)})" for one in rest[:_MOST_UNKNOWN]]
    if len(rest) == 1:
        return f", nor is {named[0]}"
    last = f"{len(rest) - len(named):,} more" if len(rest) > len(named) else named.pop()
    return f", nor are {len(rest):,} others: {', '.join(named)} and {last}"


def _and_rows(count: int) -> str:
    return f" and {count:,} other row{'s' * (count > 1)}" if count else ""


def _listed(codes: Iterable[str]) -> str:
    """The first few codes, where there are many to be told from."""
    every = list(codes)
    more = " and others" if len(every) > _MOST_LISTED else ""
    return f"Known: {', '.join(every[:_MOST_LISTED])}{more}" if every else "None is known"


def _known(text: str, codes: Iterable[str], names: Mapping[str, str]) -> str:
    """The known codes nearest in spelling, or the first few where none is near; lines with their names."""
    by_key = {code_key(code): code for code in codes}
    close = get_close_matches(code_key(short(text)), by_key, n=3, cutoff=0.5)
    listed = [by_key[key] for key in close] or list(by_key.values())[:_MOST_LISTED]
    if not listed:
        return "None is known"
    shown = ", ".join(f"{code} ({name})" if (name := names.get(code)) else code for code in listed)
    more = " and others" if not close and len(by_key) > _MOST_LISTED else ""
    return f"{'The nearest known' if close else 'Known'}: {shown}{more}"
