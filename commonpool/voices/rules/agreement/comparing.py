"""All that is told of how far coders agree on some texts: together, code by code, and transcript by transcript."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from commonpool.voices.rules.agreement.answering import Agreement, TextStatistic, agreement
from commonpool.voices.rules.agreement.by_code import Averages, averages, by_code, pooled_over_codes
from commonpool.voices.rules.agreement.drawing import DRAWS, SEED
from commonpool.voices.rules.agreement.measures import Statistic
from commonpool.voices.rules.agreement.of_texts import text_agreement
from commonpool.voices.rules.agreement.positions import Stretch, marked_positions, marked_stretches
from commonpool.voices.rules.agreement.ratings import MISSING, Ratings
from commonpool.voices.rules.agreement.sections import Continuum, Section, codes_of

Stretches = Mapping[str, Sequence[Stretch]]
# These have no figure for one code by itself.
OF_THE_WHOLE: Final = frozenset({TextStatistic.U_ALPHA, TextStatistic.U_ALPHA_BINARY, TextStatistic.GAMMA})

# Krippendorff's, which his lowest values are meant for.
ALPHAS: Final = frozenset(
    {
        Statistic.KRIPPENDORFF_ALPHA,
        TextStatistic.UNITIZING_ALPHA,
        TextStatistic.U_ALPHA,
        TextStatistic.U_ALPHA_BINARY,
    }
)


class Unit(StrEnum):
    """What is compared: a code is on it, for each coder, or is not."""

    CHARACTER = "character"
    SENTENCE = "sentence"
    TURN = "turn"
    SECTION = "section"  # what each coder cut out


@dataclass(frozen=True, slots=True)
class Asked:
    """Which figure. Sections have statistics of their own, and the other units the others."""

    statistic: Statistic | TextStatistic = Statistic.KRIPPENDORFF_ALPHA
    unit: Unit = Unit.CHARACTER
    draws: int = DRAWS
    seed: int = SEED

    def __post_init__(self) -> None:
        fits = isinstance(self.statistic, TextStatistic) == (self.unit is Unit.SECTION)
        assert fits, f"{self.statistic} does not compare by {self.unit}"


@dataclass(frozen=True)
class OfCode:
    """One code: how many sections each coder marked with it, such as overlap counted once, and the figures.

    found  None where the statistic is of all codes together only
    """

    code: str
    sections: Mapping[str, int]
    found: Agreement | None
    percent: Agreement
    presence: Agreement


@dataclass(frozen=True)
class Comparison:
    """The figure of all codes pooled, and what it is made of; the worst code first.

    percent, presence  beside it, by the same units; by character where coders cut sections themselves
    """

    asked: Asked
    whole: Agreement
    percent: Agreement
    presence: Agreement
    codes: tuple[OfCode, ...]
    transcripts: Mapping[str, Agreement] = field(default_factory=dict)

    @property
    def mean_of_codes(self) -> Averages:
        """Another figure than the pooled one."""
        return averages(each.found for each in self.codes if each.found is not None)

    @property
    def mean_of_transcripts(self) -> Averages:
        """Another figure than that of all together."""
        return averages(self.transcripts.values())


def compare(texts: Sequence[Continuum], asked: Asked, stretches: Stretches | None = None) -> Comparison:
    """How far the coders of these texts agree. Texts of fewer than two coders are left out.

    stretches  {text name: its sentences or turns}, where these are the units
    Raises AgreementError where a text has none.
    """
    usable = [text for text in texts if len(text.coders) > 1]
    beside = ratings_by_code(usable, Unit.CHARACTER if asked.unit is Unit.SECTION else asked.unit, stretches or {})
    whole, found, transcripts = _of_sections(usable, asked) if asked.unit is Unit.SECTION else _of_units(beside, asked)
    return Comparison(
        asked,
        whole,
        pooled_over_codes(beside, Statistic.PERCENT_AGREEMENT, draws=0),
        pooled_over_codes(beside, Statistic.PRESENCE_AGREEMENT, draws=0),
        tuple(sorted(_codes(usable, beside, found), key=_worst_first)),
        transcripts,
    )


def ratings_by_code(texts: Sequence[Continuum], unit: Unit, stretches: Stretches) -> dict[str, Ratings]:
    """{code: its ratings}, marked or not, for every code that anybody used; in the order of the alphabet."""
    if unit is Unit.CHARACTER:
        return {code: marked_positions(texts, code) for code in codes_of(texts)}
    assert unit is not Unit.SECTION, "sections are compared as they are"
    return {code: marked_stretches(texts, code, stretches) for code in codes_of(texts)}


Parts = tuple[Agreement, Mapping[str, Agreement], Mapping[str, Agreement]]


def _of_units(ratings: Mapping[str, Ratings], asked: Asked) -> Parts:
    assert isinstance(asked.statistic, Statistic)
    found = by_code(ratings, asked.statistic, draws=asked.draws, seed=asked.seed)
    return found.pooled, found.codes, found.transcripts


def _of_sections(texts: Sequence[Continuum], asked: Asked) -> Parts:
    assert isinstance(asked.statistic, TextStatistic)
    codes = () if asked.statistic in OF_THE_WHOLE else codes_of(texts)
    return (
        text_agreement(texts, asked.statistic, draws=asked.draws, seed=asked.seed),
        {code: text_agreement(texts, asked.statistic, code=code, draws=asked.draws, seed=asked.seed) for code in codes},
        {text.name: text_agreement([text], asked.statistic, draws=0, seed=asked.seed) for text in texts},
    )


def _codes(
    texts: Sequence[Continuum], beside: Mapping[str, Ratings], found: Mapping[str, Agreement]
) -> Iterator[OfCode]:
    for code, ratings in beside.items():
        yield OfCode(
            code,
            _counts(texts, code),
            found.get(code),
            agreement(ratings, Statistic.PERCENT_AGREEMENT, draws=0),
            agreement(ratings, Statistic.PRESENCE_AGREEMENT, draws=0),
        )


def _counts(texts: Sequence[Continuum], code: str) -> dict[str, int]:
    counted: dict[str, int] = {}
    for text in texts:
        for coder, spans in text.spans(code).items():
            counted[coder] = counted.get(coder, 0) + len(spans)
    return counted


def _worst_first(each: OfCode) -> tuple[bool, float, str]:
    """What is undefined comes last: it is not known to be bad."""
    figure = each.found or each.presence
    return figure.value is None, figure.value or 0.0, each.code


def with_those_above(sections: Iterable[Section], parents: Mapping[str, str | None]) -> Iterator[Section]:
    """The sections, and each once more for every code above its own."""
    for section in sections:
        yield section
        above = parents.get(section.code)
        while above is not None:
            yield replace(section, code=above)
            above = parents.get(above)


def rows_of_ratings(ratings: Mapping[str, Ratings]) -> Iterator[tuple[str | int, ...]]:
    """The ratings as the command `agreement` reads them, header first; units that are alike stand in one row.

    Transcripts, turns and coders come in the order that they have here: so the command draws the same.
    """
    has_turns = any(len(each.turns) for each in ratings.values())
    yield ("unit", "coder", "value", "cluster", *(("turn",) if has_turns else ()), "code", "repeats")
    for code, table in ratings.items():
        for at in _in_order(table):
            # A unit's name stands in one turn only, whatever the code.
            turn = (f"turn {table.turns[at] + 1}",) if has_turns else ()
            unit = ", ".join([*turn, f"{at + 1}"])
            cluster = table.cluster_names[table.clusters[at]]
            for coder, given in zip(table.coders, table.given[:, at], strict=True):
                if given != MISSING:
                    value = f"{table.labels[given]:g}"
                    yield (unit, coder, value, cluster, *turn, code, int(table.repeats[at]))


def _in_order(table: Ratings) -> list[int]:
    places = range(len(table.repeats))
    return sorted(places, key=lambda at: (table.clusters[at], table.turns[at] if len(table.turns) else 0, at))


def rows_of_sections(texts: Iterable[Continuum]) -> Iterator[tuple[str | int, ...]]:
    """The sections as the command `agreement --units` reads them, header first; a coder without any has a row."""
    yield ("coder", "start", "length", "value", "cluster", "continuum")
    for text in texts:
        for coder in text.coders:
            mine = [each for each in text.sections if each.coder == coder]
            if not mine:
                yield (coder, "", "", "", text.name, text.length)
            for each in mine:
                yield (coder, each.start, each.length, each.code, text.name, text.length)
