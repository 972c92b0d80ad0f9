"""The ways in which trusts' and ICBs' figures are restated on a day: what `places` holds, by codes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.core.cache import cache

from commonpool import __version__
from commonpool.performance.restating import EVERYBODY, OLDER
from commonpool.performance.rules.restating import Way, one_of_merged, way_of_flows
from commonpool.places.models import Dataset, Organisation, Succession
from commonpool.places.queries import read_ground, serving
from commonpool.places.rules import Ground

_KEPT_SECONDS: Final = 24 * 60 * 60
_BANDS: Final = {OLDER: serving.OLDER_PEOPLE, EVERYBODY: serving.EVERYBODY}
_ALIKE: Final = "Patients of one trust are taken to be counted alike wherever they live."


@dataclass(frozen=True, slots=True)
class Named:
    """A body by its name and address."""

    code: str
    name: str
    uuid: UUID


@dataclass(frozen=True, slots=True)
class Ways:
    """What trusts' figures can be restated by on a day. `main` None: nothing loaded here says whom trusts serve.

    areas   every area with a board, and `codes` its own and its councils' GSS codes -> the area's code
    trusts  every trust of the register; `became` code -> who has it now, of those that merged
    main    the way that makes the estimate; `others` might be as right and widen the range
    basis   what the main way is made of, in a sentence
    people  area -> the people whom the main way weights by; empty where it weights by none
    """

    areas: Mapping[str, Named]
    codes: Mapping[str, str]
    trusts: Mapping[str, Named]
    became: Mapping[str, str]
    main: Way | None
    others: tuple[Way, ...]
    by_icb: Way
    basis: str

    @property
    def people(self) -> Mapping[str, float]:
        """Whom the main way weights by, in each area."""
        return self.main.whole if self.main else {}

    def name_of(self, code: str) -> str:
        """A trust's name, or its code where the register does not know it."""
        return self.trusts[code].name if code in self.trusts else code


def ways_on(on: date, people: str) -> Ways:
    """The ways of a day, weighted by `older` people or by `everybody`. Kept while places stay as they are."""
    shape = "-".join(Ways.__slots__)
    key = f"restating-{__version__}-{shape}-{_state()}-{on}-{people}"
    found: Ways | None = cache.get(key)
    if found is None:
        found = _ways(on, people)
        cache.set(key, found, _KEPT_SECONDS)
    return found


def _state() -> str:
    """What `places` holds, as a digest: another file, life or succession is another state."""
    datasets = Dataset.objects.filter(superseded_at=None).order_by("key").values_list("key", "sha256", "loaded_at")
    bodies = Organisation.objects.filter(kind__in=_KINDS).order_by("id").values_list("uuid", "starts_on", "ends_on")
    changes = Succession.objects.order_by("-id").values_list("id", "uuid")[:1]
    return hashlib.sha256(repr([list(datasets), list(bodies), list(changes)]).encode()).hexdigest()[:24]


def _ways(on: date, people: str) -> Ways:
    ground = read_ground()
    boards = serving.boards_on(on, ground)
    bodies = {body.pk: body for body in Organisation.objects.filter(kind__in=_KINDS)}
    code = {pk: body.code for pk, body in bodies.items()}
    became = {code[a]: code[b] for a, b in serving.merged_trusts().items()}
    flowing = _by_flows(boards, on, ground, code, became)
    shares = Way(_coded(serving.shares_of_trusts(boards, on, ground), code), {}, f"{_ALIKE} {_BY_DISTRICT}")
    shares = one_of_merged(shares, became)
    usual = [flowing[people], *(way for whom, way in flowing.items() if whom != people)] if flowing else []
    found = [*usual, *([shares] if shares.weights else [])]
    return Ways(
        areas={code[pk]: _named(bodies[pk]) for pk in boards},
        codes=_codes_of(boards, bodies, on, ground),
        trusts={each.code: _named(each) for each in bodies.values() if each.kind == _TRUST},
        became=became,
        main=found[0] if found else None,
        others=tuple(found[1:]),
        by_icb=_by_icb(boards, on, ground, code),
        basis=_FLOWS_BASIS if flowing else _SHARES_BASIS,
    )


_TRUST: Final = Organisation.Kind.TRUST
_KINDS: Final = (*(Organisation.Kind.HWB_AREA, Organisation.Kind.UPPER_TIER), _TRUST, Organisation.Kind.ICB)
_BY_DISTRICT: Final = "Weighted by the share of the trust’s patients who live in each district."
_FLOWS_BASIS: Final = "the share of each small area’s admitted patients who went to each trust (OHID)"
_SHARES_BASIS: Final = "the share of each trust’s patients who live in each district"


def _by_flows(
    boards: list[int], on: date, ground: Ground, code: Mapping[int, str], became: Mapping[str, str]
) -> dict[str, Way]:
    """For older people and for everybody; empty where no flows of small areas are loaded."""
    went = {(str(small), code[trust]): share for (small, trust), share in serving.flows().items()}
    found: dict[str, Way] = {}
    for whom, bands in _BANDS.items() if went else ():
        lives = serving.small_area_people(boards, on, ground, bands)
        people = {(str(small), _code(area, code)): count for (small, area), count in lives.people.items()}
        said = f"{_ALIKE} Each small area’s {lives.whom} are weighted by the share of its patients who went there."
        found[whom] = one_of_merged(way_of_flows(people, went, said), became)
    return found


def _by_icb(boards: list[int], on: date, ground: Ground, code: Mapping[int, str]) -> Way:
    lives = serving.residents(Organisation.Kind.ICB, boards, on, ground)
    whole = {code[pk]: float(ground.people_in(ground.cover(pk, on))) for pk in boards}
    return Way(_coded(lives, code), whole, "Residents of one ICB are taken to be counted alike wherever they live.")


def _code(pk: int | None, code: Mapping[int, str]) -> str | None:
    return None if pk is None else code[pk]


def _coded(
    weights: Mapping[tuple[int, int | None], float], code: Mapping[int, str]
) -> dict[tuple[str, str | None], float]:
    return {(code[body], _code(area, code)): weight for (body, area), weight in weights.items()}


def _named(body: Organisation) -> Named:
    return Named(body.code, body.name, body.uuid)


def _codes_of(boards: list[int], bodies: Mapping[int, Organisation], on: date, ground: Ground) -> dict[str, str]:
    """Every GSS code under which figures of an area may stand: its own, its former ones, its councils'."""
    found: dict[str, str] = {}
    for pk in boards:
        members = [pk, *(inner for inner in ground.inners(pk, on) if inner in bodies)]
        for member in members:
            found[bodies[member].code] = bodies[pk].code
    former = Organisation.objects.filter(pk__in=boards).values_list("pk", "former_codes__gss_code")
    for pk, code in former:
        if code:
            found.setdefault(code, bodies[pk].code)
    return found
