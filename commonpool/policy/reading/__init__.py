"""Reads a planning round from its folder of YAML files, laid over the round that it is based on.

A round is a folder `<id>/` with these files, each a mapping by code. Only `round.yaml` must be there.

`round.yaml`        label, years, based_on, is_invented, currency, currency_symbol, first_month, body_labels,
                    summary, not_known
`income.yaml`       CODE: {label, payer: health|council|either, aliases, mandatory, is_published, one_row_per,
                    children, is_capital, legal_basis, permitted_use, lifted_by, source, use_source}
`scheme_types.yaml` CODE: {label, aliases, unit, needs_text, source, sub_types: {CODE: {label, aliases, unit, ...}}}
`lists.yaml`        list name: {CODE: {label, aliases, unit, needs_text, source}}; `CODE: label` for short
`conditions.yaml`   CODE: {label, text, source}
`metrics.yaml`      CODE: {label, unit, numerator, denominator, good: high|low, frequency, data_source, periods,
                    goal, is_headline, source}
`values.yaml`       key: {label, unit, value, source}, or `by_year: {year: {value, source}}` in place of `value`
`checks.yaml`       RULE: {kind, severity: error|warning|note, title, condition, parameters: {...}, source}
`layout.yaml`       SHEET: {title, is_table, aliases, help, fields: {CODE: {header, kind, aliases, list, per_year,
                    required, help}}}

The rules of all of them:

- `based_on` names one earlier round. Its data is taken first; what this round says is laid over it, mapping by
  mapping; `null` takes a code away; `starts_afresh: true` in a file, or in one list, takes the whole of it away.
  What is dated is not inherited: `values.yaml`, and the label, years, summary and not_known of `round.yaml`.
- Every entry has a `source`: a tag of `sources.yaml` ("S8"), `{tag: S8, place: table 2}`, or `{title, place, url,
  verified}`. `default_source: R1` at the top of a file or list serves the entries that name none. S-tags are
  verified; R-tags (memory) are not; D (arithmetic) must say `verified:` itself; F is invented; OWN is our own.
- Numbers stand in quotes, so that nothing is ever a float. Codes such as YES and NO stand in quotes too.
- The lists `scheme_types`, `sub_types` (code TYPE.SUBTYPE) and `source_of_funding` are made from the two files
  above, so that each is written once.

Amounts per area stand beside the rounds as `published/<round>.csv` and `published/invented.csv`: area, payer,
category, year, pence, source, verified (yes or no), and, where known, area_name and payer_name.
How the scheme types of one round become those of another stands in `scheme_type_maps/<from>--<to>.csv`: from_code
(a type, or TYPE.SUBTYPE), to_code, share (such as 1/2), reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from commonpool.policy.reading.build import build_round
from commonpool.policy.reading.files import find_rounds, first_years, resolve, search_folders
from commonpool.policy.reading.maps import load_scheme_type_map, map_names
from commonpool.policy.reading.published import load_published, published_for
from commonpool.policy.rules import PolicyError, Round

__all__ = ["load_published", "load_round", "load_scheme_type_map", "map_names", "round_ids"]


def load_round(round_id: str, folders: Sequence[Path] = ()) -> Round:
    """The round of that id, resolved.

    folders   where to look besides the package's own rounds; the folders of COMMONPOOL_ROUNDS when empty

    Raises PolicyError for an unknown round, saying which exist, and for data that is not complete, naming file
    and key. A round is read once in a process: rounds do not change while it runs.
    """
    return _load(round_id, search_folders(folders))


def round_ids(folders: Sequence[Path] = ()) -> tuple[str, ...]:
    """The ids of all rounds, oldest first. They too are read once in a process."""
    return _ids(search_folders(folders))


@lru_cache(maxsize=64)
def _ids(folders: tuple[Path, ...]) -> tuple[str, ...]:
    return first_years(find_rounds(folders))


@lru_cache(maxsize=64)
def _load(round_id: str, folders: tuple[Path, ...]) -> Round:
    places = find_rounds(folders)
    if round_id not in places:
        raise PolicyError(f"There is no round ‘{round_id}’. There are: {', '.join(first_years(places))}.")
    resolved = resolve(round_id, places, folders)
    return build_round(round_id, resolved, published_for(round_id, resolved.data["round"].get("years", ()), folders))
