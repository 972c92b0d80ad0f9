"""What a row's cost centre, scheme line and kind mean; each unknown one is told once, with the nearest known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from commonpool.findings import At, Rule
from commonpool.ledger.rules.extracts import wording
from commonpool.ledger.rules.extracts.mapping import CodeMeaning, ColumnMapping, RowKind, code_key
from commonpool.ledger.rules.extracts.telling import MOST_OF_A_KIND, Telling, others, short
from commonpool.ledger.rules.extracts.values import ExportFacts

_MOST_LISTED: Final = 8
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
            self._note(wording.UNKNOWN_CODE, cost_centre, centre_at, self._meanings)
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

    def tell_unknown(self, telling: Telling) -> None:
        """One finding for each unknown code, at the first row that has it."""
        for one in self._unknown.values():
            telling.tell(one.rule, one.place, others=others(one.count - 1), **one.said)

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
