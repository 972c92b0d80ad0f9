"""The invented study in the database: the shape of the one that it is made after, and the same bytes each time."""

from __future__ import annotations

import csv
import io
import tempfile
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from commonpool.demo.study.filling import fill_study, invented_areas, invented_region, the_study
from commonpool.demo.study.outputs import write_outputs
from commonpool.voices.models import CodingRound, Interview, Participant, Site, Study, Transcript
from tests.demo.filled import the_filled_region
from tests.made_once import made_once

pytestmark = pytest.mark.django_db


@made_once
def _filled() -> None:
    the_filled_region(Path(settings.COMMONPOOL_HOME))
    fill_study(invented_areas(), invented_region())


@pytest.fixture
def study() -> Study:
    _filled()
    found = the_study()
    assert found is not None
    return found


@pytest.mark.requirement("S125")
@pytest.mark.requirement("S126")
def test_interviews_people_and_texts_are_three_different_things(study: Study) -> None:
    interviews = Interview.objects.filter(study=study)
    groups = [held.participants.count() for held in interviews.filter(kind=Interview.Kind.GROUP)]

    assert Site.objects.filter(study=study).count() == 16
    assert Participant.objects.filter(study=study).count() == 40
    assert interviews.count() == 28
    assert sorted(groups) == [3, 3, 9]
    assert interviews.filter(mode=Interview.Mode.FACE_TO_FACE).count() == 5
    assert Transcript.objects.filter(study=study).count() == 28


@pytest.mark.requirement("S130")
def test_six_transcripts_were_coded_twice_and_blind(study: Study) -> None:
    double = CodingRound.objects.get(study=study, kind=CodingRound.Kind.DOUBLE)

    assert double.is_blind
    assert double.assignments.values("transcript").distinct().count() == 6
    assert double.assignments.count() == 12


@pytest.mark.requirement("S128")
def test_table_1_totals_40() -> None:
    table = _first_outputs()["table-1.csv"].decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(table)))
    assert [rows[-1][0], rows[-1][-2]] == ["All", "40"]


def test_everything_that_comes_out_is_the_same_to_the_byte_when_the_study_is_made_again(tmp_path: Path) -> None:
    first = _first_outputs()
    the_filled_region(Path(settings.COMMONPOOL_HOME))

    fill_study(invented_areas(), invented_region())

    second = _outputs(tmp_path)
    assert [name for name in first if first[name] != second.get(name)] == []
    assert len(first) > 30


@cache
def _first_outputs() -> dict[str, bytes]:
    """Of the study that all tests here begin with; nothing of it stays in the database."""
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        _filled()
        written = _outputs(Path(folder))
        transaction.set_rollback(True)
    return written


def _outputs(folder: Path) -> dict[str, bytes]:
    made = the_study()
    assert made is not None
    return {path.name: path.read_bytes() for path in write_outputs(made, folder)}
