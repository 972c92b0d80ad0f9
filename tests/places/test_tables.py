"""Tables that cannot hold nonsense: each constraint is broken once, past the ORM's own checks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model

from commonpool.places.models import (
    Dataset,
    Footprint,
    Nesting,
    Organisation,
    Population,
    SmallArea,
    SmallAreaChange,
    Succession,
)

pytestmark = pytest.mark.django_db
NUMBERS = count(1)


def an_organisation(**said: Any) -> Organisation:
    given = {"kind": "lower_tier", "name": "Ashby Vale", "gss_code": f"X{next(NUMBERS):08d}", **said}
    return Organisation.objects.create(**given)


def a_dataset(**said: Any) -> Dataset:
    given = {"key": "made-up", "title": "Made up", "publisher": "Us", "licence": "None", "period": "2031"}
    numbers = {"file_name": "a.csv", "sha256": "0" * 64, "rows_read": 2, "rows_kept": 1}
    return Dataset.objects.create(**{**given, **numbers, "loaded_at": datetime(2031, 4, 1, tzinfo=UTC), **said})


def a_small_area(**said: Any) -> SmallArea:
    return SmallArea.objects.create(**{"edition": "other", "code": f"S{next(NUMBERS)}", "name": "Mill Lane", **said})


def refused(model: type[Model], **row: Any) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        model._default_manager.create(**row)
    return str(caught.value)


def test_a_gss_code_stands_once_among_bodies_of_a_kind_and_may_stand_in_two_kinds():
    an_organisation(gss_code="X06000001")
    an_organisation(gss_code="X06000001", kind="upper_tier")

    assert refused(Organisation, kind="lower_tier", name="Another", gss_code="X06000001")


def test_an_ods_code_stands_once_among_bodies_of_a_kind():
    an_organisation(kind="trust", gss_code="", ods_code="XT1")

    assert refused(Organisation, kind="trust", name="Another", ods_code="XT1")


def test_bodies_without_codes_do_not_clash():
    an_organisation(gss_code="")
    an_organisation(gss_code="")

    assert Organisation.objects.count() == 2


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "parish"}, {"name": ""}, {"starts_on": date(2031, 4, 1), "ends_on": date(2031, 3, 31)}],
    ids=["a kind that does not exist", "no name", "ends before it starts"],
)
def test_an_organisation_cannot_be(wrong: dict[str, Any]):
    assert refused(Organisation, **{"kind": "trust", "name": "Tarn Hospital", **wrong})


@pytest.mark.parametrize("share", [(0, 1), (2, 1), (-1, 2), (1, None), (None, 1)])
def test_a_succession_has_a_fraction_up_to_one_or_none(share: tuple[int | None, int | None]):
    before, after = an_organisation(), an_organisation()
    row = {"predecessor": before, "successor": after, "on": date(2031, 4, 1), "source": "Order"}

    assert refused(Succession, **row, share_parts=share[0], share_whole=share[1])


def test_a_succession_is_recorded_once_and_never_to_oneself():
    before, after = an_organisation(), an_organisation()
    row = {"predecessor": before, "successor": after, "on": date(2031, 4, 1), "source": "Order"}
    Succession.objects.create(**row)

    assert refused(Succession, **row)
    assert refused(Succession, **{**row, "successor": before})


def test_a_body_does_not_lie_inside_itself_nor_twice_in_another():
    inner, outer = an_organisation(), an_organisation(kind="upper_tier")
    row = {"inner": inner, "outer": outer, "starts_on": date(2031, 4, 1), "source": "Order"}
    Nesting.objects.create(**row)

    assert refused(Nesting, **row)
    assert refused(Nesting, **{**row, "outer": inner})


def test_one_publication_is_current_at_a_time_and_keeps_no_more_than_it_read():
    first = a_dataset()

    assert refused(Dataset, **{k: v for k, v in vars(first).items() if k not in {"_state", "id", "uuid"}})
    first.superseded_at = datetime(2031, 5, 1, tzinfo=UTC)
    first.save()
    a_dataset()
    with pytest.raises(IntegrityError), transaction.atomic():
        a_dataset(key="other", rows_read=1, rows_kept=2)


def test_a_small_area_stands_once_on_its_map_and_may_stand_on_two():
    a_small_area(edition="lsoa11", code="X01000001")
    a_small_area(edition="lsoa21", code="X01000001")

    assert refused(SmallArea, edition="lsoa11", code="X01000001", name="Again")
    assert refused(SmallArea, edition="lsoa31", code="X01000002", name="No such map")


@pytest.mark.parametrize("wrong", [{"flag": "Q"}, {"share_parts": 0}, {"share_parts": 3}])
def test_a_change_of_a_small_area_cannot_have(wrong: dict[str, Any]):
    row = {"dataset": a_dataset(), "old": a_small_area(), "new": a_small_area(), "flag": "S"}

    assert refused(SmallAreaChange, **{**row, "share_parts": 1, "share_whole": 2, "is_assumed": True, **wrong})


@pytest.mark.parametrize("weight", [(0, 1), (3, 2)])
def test_a_footprint_weight_is_a_fraction_up_to_one(weight: tuple[int, int]):
    row = {"dataset": a_dataset(), "organisation": an_organisation(), "small_area": a_small_area()}

    assert refused(Footprint, **row, weight_parts=weight[0], weight_whole=weight[1])


def test_age_bands_add_up_to_the_people():
    row = {"dataset": a_dataset(), "small_area": a_small_area(), "mid_year": 2030, "age_0_17": 2, "age_18_64": 5}
    bands = {"age_65_74": 2, "age_75_84": 1, "age_85_plus": 1}
    Population.objects.create(**row, **bands, people=11)

    assert refused(Population, **{**row, "mid_year": 2031}, **bands, people=12)
