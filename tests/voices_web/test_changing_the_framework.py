"""A study's framework on the database: rows are what the changes make, nobody overwrites another, blind stays blind."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonpool.audit.models import AuditEvent
from commonpool.voices.actions.codebooks import change_codebook, with_own_ids
from commonpool.voices.errors import StepError
from commonpool.voices.models import Code, CodebookChange, CodebookVersion, CodingRound, Study
from commonpool.voices.queries.codebooks import book_of, changes_of, last_change
from commonpool.voices.queries.offering import offered
from commonpool.voices.reading.codebooks import starter_codebook
from commonpool.voices.rules import codebook as rules
from tests.voices.codebooks import histories
from tests.voices_web.builders import NOW, a_code, a_coder, a_coding, a_round, a_study, a_transcript, lead_of

pytestmark = pytest.mark.django_db


def a_blind_round(study: Study, **more: object) -> CodingRound:
    given = {"name": "Double", "kind": "double", "is_blind": True, "opened_at": NOW, **more}
    return CodingRound.objects.create(study=study, **given)


@pytest.mark.requirement("S130")
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(made=histories(), sizes=st.lists(st.integers(1, 5), min_size=40, max_size=40))
def test_the_rows_are_always_what_replaying_the_changes_makes(made: list[rules.Change], sizes: list[int]) -> None:
    with transaction.atomic():
        study, waiting = a_study(), list(made)
        for size in sizes:
            if not waiting:
                break
            step, waiting = waiting[:size], waiting[size:]
            change_codebook(actor=None, at=NOW, study=study, changes=step)
            so_far = changes_of(study)
            assert list(book_of(study)) == list(rules.version_as_of(so_far, len(so_far)))
        assert so_far == made[: len(so_far)]
        transaction.set_rollback(True)


def test_changes_made_together_are_one_step() -> None:
    study = a_study()
    first = a_code(study, "trust")
    guid = str(first.uuid).upper()

    made = change_codebook(
        actor=None, at=NOW, study=study, changes=[rules.Rename(guid, "faith"), rules.Redefine(guid, "Belief")]
    )

    assert [(each.number, each.step) for each in made] == [(2, 2), (3, 2)]


def test_whoever_has_not_seen_the_newest_change_overwrites_nothing() -> None:
    study = a_study()
    code = a_code(study, "trust")
    seen = last_change(study)
    rename = rules.Rename(str(code.uuid).upper(), "faith")
    change_codebook(actor=None, at=NOW, study=study, changes=[rename], seen=seen)

    with pytest.raises(StepError, match="Since then: ‘trust’ is now called ‘faith’") as refused:
        change_codebook(actor=None, at=NOW, study=study, changes=[rules.Rename(rename.guid, "confidence")], seen=seen)

    assert "nothing of yours is saved yet" in str(refused.value)
    assert Code.objects.get(pk=code.pk).name == "faith"


def test_the_history_tells_numbers_and_no_word_of_a_code() -> None:
    study = a_study()

    a_code(study, "a name that nobody else may learn")

    said = str(list(AuditEvent.objects.values("before", "after", "action")))
    assert "change_codebook" in said
    assert "nobody else" not in said


def test_in_a_blind_round_a_coder_adds_no_code() -> None:
    study = a_study()
    coder, lead = a_coder(study), lead_of(study)
    a_blind_round(study)
    new = rules.Add(rules.Code("00000001-0000-0000-0000-000000000000", "seen by me alone"))

    with pytest.raises(StepError, match="Propose it in a memo"):
        change_codebook(actor=coder.person, at=NOW, study=study, changes=[new])
    change_codebook(actor=lead.person, at=NOW, study=study, changes=[new])

    assert [code.name for code in Code.objects.all()] == ["seen by me alone"]


def test_once_the_blind_round_is_closed_coders_add_codes_again() -> None:
    study = a_study()
    a_blind_round(study, closed_at=NOW)

    change_codebook(
        actor=a_coder(study).person,
        at=NOW,
        study=study,
        changes=[rules.Add(rules.Code("00000001-0000-0000-0000-000000000000", "trust"))],
    )

    assert Code.objects.count() == 1


@pytest.mark.parametrize("is_coded", [True, False])
def test_in_a_blind_round_taking_a_code_out_is_refused_whether_somebody_used_it_or_not(is_coded: bool) -> None:
    study = a_study()
    code = a_code(study)
    if is_coded:
        a_coding(a_coder(study), a_transcript(study), code)
    a_blind_round(study)
    undo = rules.undo_of(changes_of(study), 1)

    with pytest.raises(StepError, match="A blind round is open, so no code is taken out"):
        change_codebook(actor=lead_of(study).person, at=NOW, study=study, changes=[undo])


def test_a_code_that_was_used_is_not_made_as_if_it_had_never_been() -> None:
    study = a_study()
    code = a_code(study, "trust")
    a_coding(a_coder(study), a_transcript(study), code)

    with pytest.raises(StepError, match="‘trust’: something was coded or written with it"):
        change_codebook(actor=None, at=NOW, study=study, changes=[rules.undo_of(changes_of(study), 1)])

    assert CodebookChange.objects.count() == 1


def test_a_round_goes_on_offering_the_codes_of_its_version() -> None:
    study = a_study()
    old, folder = a_code(study, "old"), a_code(study, "folder", is_codable=False)
    version = CodebookVersion.objects.create(study=study, label="v0.1", change_number=2, reason="x", made_at=NOW)
    text, coder = a_transcript(study), a_coder(study)
    fixed = a_round(study, (text, coder), framework=version, name="Double")
    change_codebook(actor=None, at=NOW, study=study, changes=[rules.Retire(str(old.uuid).upper())])
    new = a_code(study, "new")

    assert [code.name for code in offered(study.pk, fixed)] == ["old"]
    assert [code.name for code in offered(study.pk, None)] == ["new"]
    assert a_coding(coder, text, Code.objects.get(pk=old.pk), coding_round=fixed).round_id == fixed.pk
    for code in (new, folder):
        with pytest.raises(StepError, match="is not offered in the round ‘Double’"):
            a_coding(coder, text, code, coding_round=fixed)


def test_two_studies_begin_with_the_same_file_and_share_no_id() -> None:
    book = starter_codebook().book
    one, other = a_study(), a_study()
    change_codebook(actor=None, at=NOW, study=one, changes=rules.additions(with_own_ids(one, book)))

    own = with_own_ids(other, book)
    change_codebook(actor=None, at=NOW, study=other, changes=rules.additions(own))

    assert book_of(one).codes.keys() == book.codes.keys()
    assert not book_of(other).codes.keys() & book.codes.keys()
    assert [own.path(code.guid) for code in own.in_use()] == [book.path(code.guid) for code in book.in_use()]
    assert with_own_ids(other, book) == own
