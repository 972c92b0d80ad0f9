"""What `commonpool voices agreement` says: sentences and tables for people, an object for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from commonpool.voices.reading.ratings import ALL_CODES
from commonpool.voices.rules.agreement import Agreement, Level, Ratings, Spread, Statistic, TextStatistic, agreement
from commonpool.voices.rules.agreement.by_code import Averages, averages, by_code, by_transcript
from commonpool.voices.rules.agreement.comparing import ALPHAS, OF_THE_WHOLE
from commonpool.voices.rules.agreement.gamma import disorder_of
from commonpool.voices.rules.agreement.kappa import KappaDetails, kappa_by_category, kappa_details
from commonpool.voices.rules.agreement.of_texts import text_agreement
from commonpool.voices.rules.agreement.sections import Continuum, codes_of

DRAWN_ALONE: Final = (
    "Each unit was drawn by itself. Units of one talk are no independent evidence: add a column cluster with each "
    "unit's transcript, and the interval is likely to be wider."
)


@dataclass(frozen=True)
class Answer:
    """The figure of a file, and the figures of its parts where it has any.

    unit  what is counted as a unit, in words
    """

    name: str
    whole: Agreement
    unit: str
    codes: Mapping[str, Agreement] = field(default_factory=dict)
    transcripts: Mapping[str, Agreement] = field(default_factory=dict)
    categories: Mapping[str, Agreement] = field(default_factory=dict)
    kappa: KappaDetails | None = None
    notes: Sequence[str] = ()


def answer_of_ratings(
    name: str, ratings: Mapping[str, Ratings], statistic: Statistic, level: Level, draws: int, seed: int
) -> Answer:
    """The figure of ratings of one kind, or of several codes pooled."""
    if list(ratings) != [ALL_CODES]:
        found = by_code(ratings, statistic, level, draws=draws, seed=seed)
        notes = ["Observed and expected agreement were averaged over the codes first (pooled)."]
        return Answer(name, found.pooled, "unit and code", found.codes, found.transcripts, notes=notes)
    [only] = ratings.values()
    return Answer(
        name,
        agreement(only, statistic, level, draws=draws, seed=seed),
        "unit",
        transcripts=by_transcript(only, statistic, level),
        categories=_categories(only, statistic),
        kappa=_kappa(only, statistic, level),
        notes=[] if only.cluster_names else _drawn_alone(draws),
    )


def _drawn_alone(draws: int) -> list[str]:
    if not draws:
        return []
    return [DRAWN_ALONE]


def _categories(ratings: Ratings, statistic: Statistic) -> dict[str, Agreement]:
    if statistic is not Statistic.FLEISS_KAPPA:
        return {}
    return {_label(label): found for label, found in kappa_by_category(ratings).items()}


def _label(label: str | float) -> str:
    return label if isinstance(label, str) else f"{label:g}"


def _kappa(ratings: Ratings, statistic: Statistic, level: Level) -> KappaDetails | None:
    return kappa_details(ratings, level) if statistic is Statistic.COHEN_KAPPA else None


def answer_of_sections(
    name: str, texts: Sequence[Continuum], statistic: TextStatistic, draws: int, seed: int
) -> Answer:
    """The figure of sections: of all codes together, of each code, of each text."""
    codes = () if statistic in OF_THE_WHOLE else codes_of(texts)
    return Answer(
        name,
        text_agreement(texts, statistic, draws=draws, seed=seed),
        "section",
        {code: text_agreement(texts, statistic, code=code, draws=draws, seed=seed) for code in codes},
        (
            {text.name: text_agreement([text], statistic, draws=0, seed=seed) for text in texts}
            if len(texts) > 1
            else {}
        ),
        notes=[*_about_texts(texts), *(_about_chance(texts, seed) if statistic is TextStatistic.GAMMA else ())],
    )


def _about_texts(texts: Sequence[Continuum]) -> Iterator[str]:
    if merged := sum(text.merged_sections(codes_of([text])) for text in texts):
        yield f"{merged:,} {_many(merged, 'section')} of one coder and code overlapped another and went into it."
    if alone := [text.name for text in texts if len(text.coders) < 2]:
        yield f"Left out, with one coder only: {', '.join(alone)}."


def _about_chance(texts: Sequence[Continuum], seed: int) -> Iterator[str]:
    found = [disorder_of(text, seed) for text in texts if len(text.coders) > 1]
    if drawn := [each for each in found if each.drawn]:
        fewest, most = (f"{choose(each.drawn for each in drawn):,}" for choose in (min, max))
        many = most if fewest == most else f"{fewest} to {most}"
        within = max(each.within for each in drawn)
        yield (
            f"Chance is that of {many} random texts for each transcript, seed {seed}: "
            f"the expected disorder is known within {within:.1%}."
        )


def as_json(found: Answer, details: bool) -> dict[str, Any]:
    """The eight facts of the figure; with details also what lies behind it."""
    return {**_facts(found.whole), "details": _details(found)} if details else _facts(found.whole)


def _facts(each: Agreement) -> dict[str, Any]:
    return {
        "statistic": str(each.statistic),
        "level": str(each.level),
        "value": each.value,
        "interval": list(each.interval) if each.interval else None,
        "units": each.units,
        "coders": each.coders,
        "pairable": each.pairable,
        "undefined_because": each.undefined_because,
    }


def _details(found: Answer) -> dict[str, Any]:
    return {
        "unit": found.unit,
        "observed_disagreement": found.whole.observed,
        "expected_disagreement": found.whole.expected,
        "spread": _spread(found.whole.spread),
        "kappa": _kappa_json(found.kappa),
        "by_category": {name: _facts(each) for name, each in found.categories.items()},
        "by_code": {name: {**_facts(each), "spread": _spread(each.spread)} for name, each in found.codes.items()},
        "by_transcript": {name: _facts(each) for name, each in found.transcripts.items()},
        "mean_of_codes": _averages(found.codes),
        "mean_of_transcripts": _averages(found.transcripts),
        "notes": list(found.notes),
    }


def _spread(spread: Spread | None) -> dict[str, Any] | None:
    if spread is None:
        return None
    return {
        "drawn": spread.drawn,
        "many": spread.many,
        "is_indicative": spread.is_indicative,
        "leave_one_out": list(spread.leave_one_out) if spread.leave_one_out else None,
        "draws": spread.draws,
        "seed": spread.seed,
        "undefined_draws": spread.undefined,
        "share_below": {f"{target:g}": share for target, share in spread.share_below.items()},
        "no_interval_because": spread.why_none or None,
    }


def _kappa_json(kappa: KappaDetails | None) -> dict[str, Any] | None:
    if kappa is None:
        return None
    return {
        "standard_error": kappa.standard_error,
        "interval_of_independent_units": list(kappa.interval),
        "maximum": kappa.maximum,
    }


def _averages(answers: Mapping[str, Agreement]) -> dict[str, Any] | None:
    if not answers:
        return None
    found = averages(answers.values())
    return {
        "unweighted": found.unweighted,
        "weighted_by_units": found.weighted,
        "of": found.of,
        "undefined": found.undefined,
    }


def as_text(found: Answer) -> Iterator[str]:
    """The same for people, the figure first."""
    whole = found.whole
    level = "" if isinstance(whole.statistic, TextStatistic) else f" ({whole.level})"
    yield f"{found.name}: {whole.words}{level}: {_figure(whole)}"
    if whole.undefined_because:
        yield whole.undefined_because
    units, coders = _many(whole.units, *_plural_of(found.unit)), _many(whole.coders, "coder")
    yield f"{whole.units:,} {units}, {whole.coders} {coders}, {whole.pairable:,} {_pairable(whole)}."
    if whole.spread:
        yield from _about_spread(whole, whole.spread)
    if found.kappa:
        yield from _about_kappa(found.kappa)
    yield from found.notes
    counted = "Sections" if isinstance(whole.statistic, TextStatistic) else "Units"
    yield from _table("Category", counted, found.categories)
    yield from _table("Code", counted, found.codes)
    yield from _means("codes", found.codes)
    yield from _table("Transcript", counted, found.transcripts)
    yield from _means("transcripts", found.transcripts)


def _figure(each: Agreement) -> str:
    if each.value is None:
        return "undefined"
    if not each.interval:
        return f"{each.value:.3f}"
    low, high = each.interval
    indicative = ", indicative" if each.spread and each.spread.is_indicative else ""
    return f"{each.value:.3f} (95% interval {low:.3f} to {high:.3f}{indicative})"


def _pairable(whole: Agreement) -> str:
    if isinstance(whole.statistic, TextStatistic):
        return "positions, one for each coder of a text"
    return f"{_many(whole.pairable, 'value')} in units that two coders or more gave one"


def _plural_of(unit: str) -> tuple[str, str]:
    first, _, rest = unit.partition(" ")
    return unit, f"{first}s × codes" if rest else f"{first}s"


def _many(number: int, one: str, more: str = "") -> str:
    return one if number == 1 else more or f"{one}s"


def caution(whole: Agreement) -> str:
    """Why the interval says less than it seems to; empty where it does not."""
    spread = whole.spread
    if spread is None or not spread.is_indicative or not spread.interval:
        return ""
    return (
        f"Indicative: {spread.many} {spread.drawn.partition(',')[0]} are few, and the interval is too narrow. "
        f"{_left_out(spread)}"
    )


def _left_out(spread: Spread) -> str:
    one = spread.drawn.partition(",")[0].removesuffix("s")
    if not spread.leave_one_out:
        return f"With any one {one} left out it is undefined."
    low, high = spread.leave_one_out
    return f"With one {one} left out at a time it is {low:.3f} to {high:.3f}."


def _about_spread(whole: Agreement, spread: Spread) -> Iterator[str]:
    if not spread.interval:
        yield f"No interval. {spread.why_none}"
        return
    yield caution(whole) or _left_out(spread)
    undefined = f"; undefined in {spread.undefined:,} of them" if spread.undefined else ""
    yield f"{spread.draws:,} draws of {spread.many:,} {spread.drawn}, seed {spread.seed}{undefined}."
    if whole.statistic in ALPHAS:
        chances = ", ".join(f"{share:.0%} to be below {target:g}" for target, share in spread.share_below.items())
        yield f"Chance by these draws: {chances}."


def _about_kappa(kappa: KappaDetails) -> Iterator[str]:
    low, high = kappa.interval
    yield (
        f"Standard error {kappa.standard_error:.3f} (95% {low:.3f} to {high:.3f}), if units were independent. "
        f"The most that these coders' habits allow is {kappa.maximum:.3f}."
    )


def _table(head: str, counted: str, answers: Mapping[str, Agreement]) -> Iterator[str]:
    if not answers:
        return
    width = max(len(head), *map(len, answers))
    yield ""
    yield f"{head:<{width}}  {counted:>9}  Agreement"
    for name, each in answers.items():
        because = f": {each.undefined_because}" if each.undefined_because else ""
        yield f"{name:<{width}}  {each.units:>9,}  {_figure(each)}{because}"


def _means(what: str, answers: Mapping[str, Agreement]) -> Iterator[str]:
    if len(answers) < 2:
        return
    found = averages(answers.values())
    left = f"; {found.undefined} undefined and left out" if found.undefined else ""
    yield f"Mean of {what}: {_mean(found)}{left}. It is not the agreement of all together."


def _mean(found: Averages) -> str:
    if found.unweighted is None or found.weighted is None:
        return "undefined"
    return f"{found.unweighted:.3f} unweighted, {found.weighted:.3f} weighted by units"
