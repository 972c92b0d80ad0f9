"""Finds the rounds' folders, reads their YAML, and lays each round over the one it is based on."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from commonpool.policy.rules import PolicyError

OWN_ROUNDS: Final = Path(__file__).resolve().parents[1] / "rounds"
PARTS: Final = (
    "round",
    "income",
    "scheme_types",
    "lists",
    "conditions",
    "metrics",
    "values",
    "checks",
    "layout",
)
# What is said of one round only: the next one does not have the same years, words or amounts.
_NOT_INHERITED: Final = ("label", "years", "summary", "not_known", "is_invented")

# The keys that an entry of each file may have.
_ITEM: Final = "label source"
_ENTRY: Final = f"{_ITEM} aliases unit needs_text"
_KEYS: Final = {
    "round": "label years based_on is_invented currency currency_symbol first_month body_labels summary not_known",
    "income": f"{_ITEM} payer aliases mandatory is_published one_row_per children is_capital legal_basis permitted_use "
    "lifted_by use_source",
    "scheme_types": f"{_ENTRY} sub_types",
    "lists": _ENTRY,
    "conditions": f"{_ITEM} text",
    "metrics": f"{_ITEM} unit numerator denominator good frequency data_source periods goal is_headline",
    "values": f"{_ITEM} unit value by_year",
    "checks": "kind severity title condition parameters source",
    "layout": "title is_table aliases help fields",
    "layout fields": "header kind aliases list per_year required help",
    "by_year": "value source",
}

Data = dict[str, Any]


@dataclass(frozen=True)
class Resolved:
    """A round's data with its bases laid under it: {part: mapping}, and the sources that its tags name.

    How the data is spread over files is not part of it, so that moving a line between them changes no digest.
    """

    data: Data
    based_on: str | None
    sources: Mapping[str, Data]


class _Loader(yaml.CSafeLoader):
    """YAML that refuses the same key twice, which the library would let the last one win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        made = super().construct_mapping(node, deep=deep)
        if len(made) != len(node.value):
            keys = [key.value for key, _ in node.value]
            twice = sorted({key for key in keys if keys.count(key) > 1})
            raise PolicyError(f"{', '.join(twice)} stands there twice (line {node.start_mark.line + 1}). Keep one.")
        return made


def search_folders(folders: Sequence[Path]) -> tuple[Path, ...]:
    """The package's own rounds, then the given folders, or those of COMMONPOOL_ROUNDS when none are given."""
    named = os.environ.get("COMMONPOOL_ROUNDS", "")
    others = [Path(folder) for folder in folders] or [Path(part) for part in named.split(os.pathsep) if part]
    if missing := [str(folder) for folder in others if not folder.is_dir()]:
        raise PolicyError(f"There is no folder of rounds at {', '.join(missing)}. Check COMMONPOOL_ROUNDS.")
    return OWN_ROUNDS, *others


def find_rounds(folders: Sequence[Path]) -> dict[str, Path]:
    """{round id: its folder}. Raises PolicyError when two folders hold a round of one id."""
    found: dict[str, Path] = {}
    for folder in folders:
        for file in sorted(folder.glob("*/round.yaml")):
            if file.parent.name in found:
                raise PolicyError(
                    f"The round {file.parent.name} stands in two folders: {found[file.parent.name].parent} and "
                    f"{folder}. Give one of them another name."
                )
            found[file.parent.name] = file.parent
    return found


def first_years(places: Mapping[str, Path]) -> tuple[str, ...]:
    """The rounds' ids, in the order of the first year that they plan."""

    def first_year(round_id: str) -> tuple[str, str]:
        years = read_part(places[round_id], "round").get("years")
        return str(years[0]) if isinstance(years, list) and years else round_id, round_id

    return tuple(sorted(places, key=first_year))


def resolve(round_id: str, places: Mapping[str, Path], folders: Sequence[Path]) -> Resolved:
    """The round's data, laid over that of the rounds it is based on, oldest first."""
    chain = _chain(round_id, places)
    data: Data = {part: _laid_up(part, chain, places) for part in PARTS}
    data["round"].pop("based_on", None)
    return Resolved(data, chain[-2] if len(chain) > 1 else None, sources_of(folders))


def _laid_up(part: str, chain: Sequence[str], places: Mapping[str, Path]) -> Data:
    """One part of a round: its own over its bases', none older than one that starts afresh."""
    layers: list[Data] = []
    for one in reversed(chain):
        own = read_part(places[one], part)
        if part == "round" and layers:
            own = {key: value for key, value in own.items() if key not in _NOT_INHERITED}
        layers.append(own)
        if part == "values" or own.get("starts_afresh"):
            break
    merged: Data = {}
    for own in reversed(layers):
        merged = _laid_over(merged, own)
    return merged


def read_part(folder: Path, part: str) -> Data:
    """One file of a round as plain data, its keys and kinds of value checked; {} where there is none."""
    file = folder / f"{part}.yaml"
    if not file.exists():
        return {}
    data = read_yaml(file)
    where = f"{folder.name}/{file.name}"
    refuse_numbers(data, where)
    if part == "round":
        _refuse_keys(data, "round", where)
        return data
    if part == "lists":
        return {
            name: entries
            if entries is None or name == "starts_afresh"
            else _entries(entries, "lists", f"{where}, {name}")
            for name, entries in data.items()
        }
    return _entries(data, part, where)


def read_yaml(file: Path) -> Data:
    """A YAML file that holds a mapping. Raises PolicyError, naming the file, for anything else."""
    where = f"{file.parent.name}/{file.name}"
    try:
        data = yaml.load(file.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a safe loader, made stricter
    except yaml.YAMLError as error:
        raise PolicyError(f"{where} cannot be read as YAML: {' '.join(str(error).split())}") from error
    except PolicyError as error:
        raise PolicyError(f"{where}: {error}") from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise PolicyError(f"{where} is not a mapping. Begin each line with a code and a colon.")
    return data


def _chain(round_id: str, places: Mapping[str, Path]) -> list[str]:
    """The round and its bases, the oldest base first."""
    chain = [round_id]
    while base := read_part(places[chain[0]], "round").get("based_on"):
        if base in chain:
            raise PolicyError(
                f"{chain[0]}/round.yaml, based_on: ‘{base}’ goes round in a circle. Name an earlier round."
            )
        if base not in places:
            raise PolicyError(
                f"{chain[0]}/round.yaml, based_on: there is no round ‘{base}’. There are: {', '.join(sorted(places))}."
            )
        chain.insert(0, base)
    return chain


def _entries(data: Any, part: str, where: str) -> Data:
    """A mapping of entries by code: short forms written out, the default source given to those without."""
    if not isinstance(data, dict):
        raise PolicyError(f"{where} is ‘{data}’, but should be a mapping by code.")
    default = data.pop("default_source", None)
    made: Data = {}
    for code, entry in data.items():
        if code == "starts_afresh" or entry is None:
            made[code] = entry
            continue
        place = f"{where}, {code}"
        item = {"label": entry} if isinstance(entry, str) else entry
        if not isinstance(item, dict):
            raise PolicyError(f"{place} is ‘{entry}’, but should be a mapping, or text for the label alone.")
        _refuse_keys(item, part, place)
        for inner, kind in (("sub_types", "lists"), ("fields", "layout fields"), ("by_year", "by_year")):
            if isinstance(item.get(inner), dict):
                item[inner] = _with_default(_entries(item[inner], kind, f"{place}, {inner}"), default, kind)
        made[code] = item
    return _with_default(made, default, part)


def _with_default(entries: Data, default: Any, part: str) -> Data:
    if default is None or "source" not in _KEYS[part].split():
        return entries
    for entry in entries.values():
        if isinstance(entry, dict) and "by_year" not in entry:
            entry.setdefault("source", default)
    return entries


def _laid_over(base: Data, own: Data) -> Data:
    """`own` over `base`, mapping by mapping. None takes a key away; `starts_afresh` takes them all."""
    merged = {} if own.get("starts_afresh") else dict(base)
    for key, value in own.items():
        if key == "starts_afresh":
            continue
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict) and key not in ("source", "use_source"):
            under = merged.get(key)
            merged[key] = _laid_over(under if isinstance(under, dict) else {}, value)
        else:
            merged[key] = value
    return merged


def sources_of(folders: Sequence[Path]) -> dict[str, Data]:
    """{tag: {title, place, url}} of every folder's `sources.yaml`."""
    sources: dict[str, Data] = {}
    for folder in folders:
        if (file := folder / "sources.yaml").exists():
            for tag, source in read_yaml(file).items():
                if not isinstance(source, str | dict):
                    raise PolicyError(
                        f"{folder.name}/sources.yaml, {tag}: ‘{source}’ is neither a title nor a mapping."
                    )
                sources[tag] = {"title": source} if isinstance(source, str) else source
    return sources


def _refuse_keys(item: Mapping[str, Any], part: str, where: str) -> None:
    refuse_keys(item, _KEYS[part].split(), where)


def refuse_keys(item: Mapping[str, Any], allowed: Sequence[str], where: str) -> None:
    """Raise for keys that are not among the allowed ones, naming both."""
    if unknown := [str(key) for key in item if key not in allowed]:
        raise PolicyError(
            f"{where}: {', '.join(f'‘{key}’' for key in unknown)} is not known here. Use: {', '.join(sorted(allowed))}."
        )


def refuse_numbers(data: Any, where: str) -> None:
    """Raise for a number or a yes/no that YAML read where text was meant."""
    for path, value, is_key in _walk(data, ()):
        place = ", ".join((where, *path))
        if is_key and not isinstance(value, str):
            raise PolicyError(f"{place}: the key {value} is not text. Put it in quotes.")
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            raise PolicyError(f'{place}: the number {value} is not in quotes. Write "{value}".')


def _walk(data: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any, bool]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield path, key, True
            yield from _walk(value, (*path, str(key)))
    elif isinstance(data, list):
        for value in data:
            yield from _walk(value, path)
    else:
        yield path, data, False
