"""Each statistic a second time, obvious and slow: loops over units, coders and positions, in the words of its source.

A table of ratings is a list of rows, a row a coder, a column a unit, None where a value is missing. Every function
gives None where the statistic is undefined.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations, permutations, product

Table = list[list]


def columns(table: Table) -> list[list]:
    """The values of each unit, without the missing ones."""
    return [[value for value in column if value is not None] for column in zip(*table, strict=True)]


def labels(table: Table) -> list:
    return sorted({value for row in table for value in row if value is not None})


def weighted_difference(level: str, table: Table):
    """d(a, b) from 0 to 1, for every statistic but alpha, whose ordinal difference is its own."""
    found = labels(table)

    def apart(a, b) -> float:
        if a == b:
            return 0.0
        if level == "nominal":
            return 1.0
        if level == "interval":
            return (a - b) ** 2 / (found[-1] - found[0]) ** 2
        if level == "ratio":
            most = ((found[-1] - found[0]) / (found[-1] + found[0])) ** 2
            return ((a - b) / (a + b)) ** 2 / most
        steps = abs(found.index(a) - found.index(b))
        return steps * (steps + 1) / (len(found) * (len(found) - 1))

    return apart


def percent_agreement(table: Table) -> float | None:
    shares = []
    for first, second in combinations(table, 2):
        both = [(a, b) for a, b in zip(first, second, strict=True) if a is not None and b is not None]
        if both:
            shares.append(sum(a == b for a, b in both) / len(both))
    return sum(shares) / len(shares) if shares else None


def presence_agreement(table: Table) -> float | None:
    shares = []
    for first, second in combinations(table, 2):
        both = [(a, b) for a, b in zip(first, second, strict=True) if a is not None and b is not None]
        if either := [a == b for a, b in both if a or b]:
            shares.append(sum(either) / len(either))
    return sum(shares) / len(shares) if shares else None


def cohen_kappa(table: Table, level: str = "nominal") -> float | None:
    first, second = table
    apart = weighted_difference(level, table)
    both = [(a, b) for a, b in zip(first, second, strict=True) if a is not None and b is not None]
    if not both:
        return None
    observed = sum(apart(a, b) for a, b in both) / len(both)
    expected = sum(apart(a, b) for a, _ in both for _, b in both) / len(both) ** 2
    return one_less(observed, expected)


def observed_by_unit(table: Table, apart) -> float | None:
    """The mean, over units with two values or more, of the mean difference of two of them."""
    means = []
    for values in columns(table):
        if len(values) > 1:
            pairs = list(permutations(values, 2))
            means.append(sum(apart(a, b) for a, b in pairs) / len(pairs))
    return sum(means) / len(means) if means else None


def label_shares(table: Table) -> dict:
    """The share of each label: the mean over units that have a value of its share in the unit."""
    units = [values for values in columns(table) if values]
    return {
        label: sum(Counter(values)[label] / len(values) for values in units) / len(units) for label in labels(table)
    }


def fleiss_kappa(table: Table, level: str = "nominal") -> float | None:
    apart = weighted_difference(level, table)
    observed = observed_by_unit(table, apart)
    shares = label_shares(table)
    return one_less(observed, sum(apart(a, b) * shares[a] * shares[b] for a in shares for b in shares))


def scott_pi(table: Table, level: str = "nominal") -> float | None:
    apart = weighted_difference(level, table)
    both = [pair for pair in zip(*table, strict=True) if None not in pair]
    given = Counter(value for pair in both for value in pair)
    if not both:
        return None
    observed = sum(apart(a, b) for a, b in both) / len(both)
    every = given.total()
    return one_less(observed, sum(apart(a, b) * given[a] * given[b] / every**2 for a in given for b in given))


def gwet_ac1(table: Table, level: str = "nominal") -> float | None:
    apart = weighted_difference(level, table)
    shares, many = label_shares(table), len(labels(table))
    if many < 2:
        return None
    alike = sum(1 - apart(a, b) for a in shares for b in shares)
    chance = alike / (many * (many - 1)) * sum(share * (1 - share) for share in shares.values())
    return one_less(observed_by_unit(table, apart), 1 - chance)


def brennan_prediger(table: Table, level: str = "nominal") -> float | None:
    apart, found = weighted_difference(level, table), labels(table)
    return one_less(observed_by_unit(table, apart), sum(apart(a, b) for a in found for b in found) / len(found) ** 2)


def krippendorff_alpha(table: Table, level: str = "nominal") -> float | None:
    units = [values for values in columns(table) if len(values) > 1]
    every = [value for values in units for value in values]
    if not every:
        return None
    apart = alpha_difference(level, every)
    within = sum(sum(apart(a, b) for a, b in permutations(values, 2)) / (len(values) - 1) for values in units)
    anywhere = sum(apart(a, b) for a, b in permutations(every, 2)) / (len(every) - 1)
    return one_less(within, anywhere)


def alpha_difference(level: str, every: list):
    counts = Counter(every)

    def apart(a, b) -> float:
        if level == "nominal":
            return float(a != b)
        if level == "interval":
            return (a - b) ** 2
        if level == "ratio":
            return ((a - b) / (a + b)) ** 2 if a + b else 0.0
        low, high = min(a, b), max(a, b)
        between = sum(many for value, many in counts.items() if low <= value <= high)
        return (between - (counts[a] + counts[b]) / 2) ** 2

    return apart


def one_less(observed: float | None, expected: float) -> float | None:
    return None if observed is None or expected < 1e-12 else 1 - observed / expected


# Sections: {coder: [(start, end), ...]}, of one code, in order, none overlapping another of the same coder.


def line(spans: list[tuple[int, int]], length: int) -> list[tuple[int, int, bool]]:
    """The whole text cut into marked sections and gaps."""
    cut, at = [], 0
    for start, end in spans:
        if at < start:
            cut.append((at, start, False))
        cut.append((start, end, True))
        at = end
    return [*cut, (at, length, False)] if at < length else cut


def section_difference(first: tuple[int, int, bool], second: tuple[int, int, bool]) -> int:
    (b1, e1, marked1), (b2, e2, marked2) = first, second
    if marked1 and marked2 and b1 < e2 and b2 < e1:
        return (b1 - b2) ** 2 + (e1 - e2) ** 2
    if marked1 and not marked2 and b2 <= b1 and e1 <= e2:
        return (e1 - b1) ** 2
    if marked2 and not marked1 and b1 <= b2 and e2 <= e1:
        return (e2 - b2) ** 2
    return 0


def unitizing(spans: dict[str, list[tuple[int, int]]], length: int) -> tuple[float, float]:
    """Observed and expected disagreement, by the formulas of the 1995 paper."""
    lines = [line(each, length) for each in spans.values()]
    coders = len(lines)
    apart = sum(section_difference(a, b) for one, other in permutations(lines, 2) for a in one for b in other)
    marked = [end - start for each in lines for start, end, is_marked in each if is_marked]
    gaps = [end - start for each in lines for start, end, is_marked in each if not is_marked]
    total = 0.0
    for long in marked:
        total += (len(marked) - 1) / 3 * (2 * long**3 - 3 * long**2 + long)
        total += long**2 * sum(gap - long + 1 for gap in gaps if gap >= long)
    ways = coders * length * (coders * length - 1) - sum(long * (long - 1) for long in marked)
    expected = 2 / length * total / ways if ways else 0.0
    return apart / (coders * (coders - 1) * length**2), expected


def u_alphas(spans: dict[str, list[tuple[int, int]]], length: int) -> dict[str, float | None]:
    """Of one code: with gaps as a value, the nominal and the binary alpha of 2016 are the same. By position."""
    marks = [[any(start <= at < end for start, end in each) for at in range(length)] for each in spans.values()]
    others, positions = len(marks) - 1, len(marks) * length
    same = sum(a[at] == b[at] for a, b in permutations(marks, 2) for at in range(length)) / others
    marked = sum(map(sum, marks))
    own = sum((end - start) ** 2 for each in spans.values() for start, end in each)
    gap = positions - marked
    chance = positions * (marked**2 - own + gap**2 - gap) / (positions**2 - own - gap)
    found = one_less((positions - same) / positions, (positions - chance) / positions)
    return {"u_alpha": found, "u_alpha_binary": found}


def cu_alpha(codes: list[dict[int, tuple[int, str]]], only: str | None = None) -> float | None:
    """Of all codes of two coders, or of one. {position: (number of the section, code)} of each coder.

    Equations 36 to 38 of Krippendorff (2019).
    """
    first, second = codes
    both = first.keys() & second.keys()
    if not both:
        return None
    met = Counter((one[at][1], other[at][1]) for one, other in permutations(codes) for at in both)
    shared = Counter(each[at] for each in codes for at in both)
    of = {code: sum(many for (one, _), many in met.items() if one == code) for _, code in shared}
    own = {code: sum(many**2 for (_, each), many in shared.items() if each == code) for code in of}
    scale = met.total() - sum(own.values()) / met.total()
    chance = {
        (one, other): (of[one] * of[other] - (own[one] if one == other else 0)) / scale for one in of for other in of
    }
    if only is None:
        by_chance = sum(chance[code, code] for code in of) / met.total()
        return one_less(1 - sum(met[code, code] for code in of) / met.total(), 1 - by_chance)
    if only not in of:
        return None
    column = sum(chance[one, only] for one in of)
    return one_less(1 - met[only, only] / of[only], 1 - chance[only, only] / column)


Unit = tuple[float, float, str]


def gamma_dissimilarity(first: Unit | None, second: Unit | None) -> float:
    """How unlike two sections (start, end, code) are; None is none at all."""
    if first is None or second is None:
        return 1.0
    apart = abs(first[0] - second[0]) + abs(first[1] - second[1])
    lengths = (first[1] - first[0]) + (second[1] - second[0])
    return (apart / lengths) ** 2 + (first[2] != second[2])


def gamma_disorder(coders: list[list[Unit]]) -> float:
    """What the best of all alignments costs for each section of an average coder."""
    return cheapest_alignment(coders) / (sum(map(len, coders)) / len(coders))


def cheapest_alignment(coders: list[list[Unit]]) -> float:
    """Whoever still has a section: it goes with every choice of one or none of each other's, and then the rest."""
    first = next((at for at, units in enumerate(coders) if units), None)
    if first is None:
        return 0.0
    unit, *rest = coders[first]
    costs = []
    for group in product(*([*units, None] if at != first else [unit] for at, units in enumerate(coders))):
        left = [[each for each in units if each is not mine] for units, mine in zip(coders, group, strict=True)]
        left[first] = rest
        pairs = [gamma_dissimilarity(*pair) for pair in combinations(group, 2)]
        costs.append(sum(pairs) / len(pairs) + cheapest_alignment(left))
    return min(costs)
