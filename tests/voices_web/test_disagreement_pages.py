"""Where coders of a closed round differ is settled passage by passage; what they coded stays as it was."""

from __future__ import annotations

import csv
import re
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from commonpool.voices.actions.codebooks import change_codebook
from commonpool.voices.actions.decisions import Wanted, decide, undo_decision
from commonpool.voices.errors import StepError
from commonpool.voices.models import Code, CodebookChange, Coding, CodingRound, Decision, Study, TeamMember, Transcript
from commonpool.voices.queries.agreement import Question, answer, facts_of
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.queries.compared import compared_of_round
from commonpool.voices.queries.decided import Differing, differing_in
from commonpool.voices.queries.passages import code_counts
from commonpool.voices.queries.report_facts import coding
from commonpool.voices.queries.reports import codebook
from commonpool.voices.queries.texts import text_of
from commonpool.voices.rules import codebook as rules
from commonpool.voices.rules.agreement.comparing import Asked
from commonpool.voices.rules.text import Span
from tests.voices_web.builders import (
    NOW,
    a_code,
    a_coder,
    a_coding,
    a_round,
    a_study,
    a_transcript,
    an_evaluator,
    as_member,
    finished,
    lead_of,
)
from tests.voices_web.test_recoding import mapped, merged

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("S130")]
LATER = NOW + timedelta(hours=2)
CODER, BOTH, NEITHER, OTHER = "coder", "both", "neither", "other"


@pytest.fixture
def study() -> Study:
    """AB and CD coded a transcript blind: alike on money, and otherwise different in each of the three ways."""
    made = a_study()
    text = a_transcript(made, name="T01")
    ab, cd = a_coder(made, "AB"), a_coder(made, "CD")
    risk, trust, money = (a_code(made, name) for name in ("risk", "trust", "money"))
    held = a_round(made, (text, ab), (text, cd), name="Double")
    for coder in (ab, cd):
        a_coding(coder, text, money, "pooled budget")
    a_coding(ab, text, risk, "We shared the risk")
    a_coding(cd, text, risk, "shared the risk from the first day")
    a_coding(ab, text, trust, "It took trust")
    a_coding(ab, text, money, "money was in one place")
    a_coding(cd, text, risk, "money was in one place")
    finished(held, at=LATER)
    return made


def the_round(study: Study) -> CodingRound:
    return CodingRound.objects.select_related("study").get(study=study, name="Double")


def differing(study: Study) -> dict[str, Differing]:
    """{how they differ: the passage}"""
    return {each.kind_words: each for each in differing_in(the_round(study))}


def settled(study: Study, kind: str, outcome: str, **more: Any) -> Decision:
    return decide(
        actor=lead_of(study).person,
        at=LATER,
        coding_round=the_round(study),
        key=differing(study)[kind].key,
        wanted=Wanted(outcome, **more),
        decided_by=[lead_of(study)],
    )


def agreed(study: Study) -> list[tuple[str, str]]:
    """(code, words) of the agreed codings."""
    team = TeamMember.objects.filter(study=study, part=TeamMember.Part.AGREED)
    rows = seen_by(lead_of(study)).filter(coder__in=team).select_related("version", "code")
    return sorted((each.code.name, text_of(each.version)[each.start : each.end]) for each in rows)


def post(member: TeamMember, url: str, **given: Any) -> Any:
    return as_member(member).post(url, given, follow=True)


def deciding(study: Study, kind: str) -> str:
    return reverse("voices:decide", args=[the_round(study).uuid, differing(study)[kind].key])


def test_each_way_of_differing_is_found_and_what_is_alike_is_none(study: Study) -> None:
    found = differing(study)

    assert set(found) == {"another extent", "missed by CD", "another code"}
    assert found["another code"].codes == ["money", "risk"]


def test_the_list_says_how_much_is_settled_and_can_be_narrowed_down(study: Study) -> None:
    settled(study, "missed by CD", NEITHER)
    url = reverse("voices:disagreements", args=[the_round(study).uuid])

    said = as_member(lead_of(study)).get(url).content.decode()
    extent = as_member(lead_of(study)).get(url, {"kind": "another extent"}).context["listing"]
    coded = as_member(lead_of(study)).get(url, {"codes": "trust"}).context["listing"]

    assert "1 of 3 passages on which coders differ is settled" in said and "Settle the next" in said
    assert len(extent.matching) == len(coded.matching) == 1


def test_a_code_and_a_transcript_of_the_agreement_open_the_passages_where_coders_differ(study: Study) -> None:
    client, where = as_member(lead_of(study)), [the_round(study).uuid]
    listed = reverse("voices:disagreements", args=where)

    page = client.get(reverse("voices:agreement", args=where)).content.decode()

    opened = {code: client.get(f"{listed}?codes={code}").content.decode() for code in ("trust", "risk")}
    assert f'href="{listed}?codes=trust">trust</a>' in page
    assert f'href="{listed}?transcript=T01">T01</a>' in page
    assert "It took trust" in opened["trust"] and "It took trust" not in opened["risk"]


def test_the_passage_stands_as_each_coder_has_it(study: Study) -> None:
    row = differing(study)["another extent"]
    url = reverse("voices:disagreement", args=[the_round(study).uuid, row.key])

    said = as_member(a_coder(study, "AB")).get(url).content.decode()

    assert "<mark>We shared the risk<span" in said
    assert "<mark>shared the risk from the first day<span" in said


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("AB", [("risk", "We shared the risk")]),
        ("CD", [("risk", "shared the risk from the first day")]),
        (BOTH, [("risk", "We shared the risk"), ("risk", "shared the risk from the first day")]),
        (NEITHER, []),
    ],
)
def test_what_is_decided_is_coded_as_the_teams_beside_what_all_coded_alike(
    study: Study, outcome: str, expected: list[tuple[str, str]]
) -> None:
    kept = a_coder(study, outcome) if outcome in ("AB", "CD") else None
    settled(study, "another extent", CODER if kept else outcome, kept=kept)

    assert agreed(study) == [("money", "pooled budget"), *expected]


def test_another_code_and_other_words_can_be_agreed(study: Study) -> None:
    trust = Code.objects.get(study=study, name="trust")
    who = [str(lead_of(study).uuid), str(a_coder(study, "AB").uuid)]

    post(
        lead_of(study),
        deciding(study, "another extent"),
        outcome=OTHER,
        code=str(trust.uuid),
        words="the first\nday",
        decided_by=who,
        note="They meant the beginning.",
    )

    made = Decision.objects.get()
    assert made.note == "They meant the beginning." and made.decided_by.count() == 2
    assert agreed(study) == [("money", "pooled budget"), ("trust", "the first day")]


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, "Choose what is agreed"),
        ({"outcome": BOTH}, "Say who decided"),
        ({"outcome": OTHER}, "Choose the code that is agreed"),
        ({"outcome": OTHER, "words": "not said by anybody"}, "do not stand here"),
        ({"outcome": OTHER, "words": "t"}, "Take in some more before or after"),
        ({"outcome": "keep-nobody"}, "keep-nobody"),
    ],
)
def test_a_decision_that_cannot_be_made_says_why_and_keeps_what_was_typed(
    study: Study, given: dict[str, str], wrong: str
) -> None:
    said = post(lead_of(study), deciding(study, "another extent"), note="Because.", **given).content.decode()

    assert wrong in said and "Because." in said
    assert not Decision.objects.exists()


def test_deciding_goes_on_to_the_next_passage_that_is_not_settled(study: Study) -> None:
    first, second, third = differing_in(the_round(study))
    who = {"outcome": NEITHER, "decided_by": [str(lead_of(study).uuid)]}
    url = lambda row: reverse("voices:decide", args=[the_round(study).uuid, row.key])  # noqa: E731

    assert post(lead_of(study), url(second), **who).context["row"].key == third.key
    assert post(lead_of(study), url(third), **who).context["row"].key == first.key
    assert "3 of 3 passages" in post(lead_of(study), url(first), **who).content.decode()


def test_what_coders_settled_on_counts_for_no_coder_in_reports_and_counts(study: Study) -> None:
    lead, at = lead_of(study), LATER
    before = coding(lead), _used(lead, at), {each.name: each.coders for each in code_counts(lead)}

    for kind in ("another extent", "missed by CD", "another code"):
        settled(study, kind, BOTH)

    assert (coding(lead), _used(lead, at), {each.name: each.coders for each in code_counts(lead)}) == before
    assert sum(_used(lead, at).values()) == coding(lead).codings == 7


def _used(member: TeamMember, at: datetime) -> dict[Any, Any]:
    """{code: how often the codebook says that it was used}"""
    [grid] = codebook(member, at).grids
    return {row[0]: row[-1] for row in grid.rows}


def test_a_decision_is_taken_back_and_leaves_no_coding_behind(study: Study) -> None:
    made = settled(study, "another extent", BOTH)

    post(lead_of(study), reverse("voices:undo-decision", args=[made.uuid]))

    assert differing(study)["another extent"].decision is None
    assert agreed(study) == [("money", "pooled budget")]
    with pytest.raises(StepError, match="taken back already"):
        undo_decision(actor=None, at=LATER, decision=made)


def test_what_another_decision_agreed_too_stays_when_one_is_taken_back(study: Study) -> None:
    trust = Code.objects.get(study=study, name="trust")
    missed = settled(study, "missed by CD", BOTH)
    [coding] = missed.made.all()
    other = settled(study, "another extent", OTHER, code=trust, span=Span(coding.start, coding.end))
    undo_decision(actor=None, at=LATER, decision=missed)
    assert ("trust", "It took trust") in agreed(study)

    undo_decision(actor=None, at=LATER, decision=other)

    assert ("trust", "It took trust") not in agreed(study)


def test_what_was_agreed_and_then_recoded_goes_with_its_decision(study: Study) -> None:
    made = settled(study, "missed by CD", BOTH)
    trust, money = (Code.objects.get(study=study, name=name) for name in ("trust", "money"))
    merged(trust, money)
    mapped(lead_of(study), trust)
    assert ("money", "It took trust") in agreed(study)

    undo_decision(actor=None, at=LATER, decision=made)

    assert agreed(study) == [("money", "pooled budget")]


def test_settling_changes_nothing_of_what_was_coded_and_no_figure(study: Study) -> None:
    held = the_round(study)
    before, codings = answer(Question(compared_of_round(held), Asked())).whole, set(_originals(study))

    for kind in ("another extent", "missed by CD", "another code"):
        settled(study, kind, BOTH)

    assert set(_originals(study)) == codings
    assert answer(Question(compared_of_round(held), Asked())).whole == before
    assert (facts_of(study)[0].differing, facts_of(study)[0].settled) == (3, 3)


def _originals(study: Study) -> list[tuple[Any, ...]]:
    rows = Coding.objects.filter(study=study).exclude(coder__part=TeamMember.Part.AGREED)
    return list(rows.values_list("pk", "start", "end", "code", "coder", "removed_at", "round"))


def test_a_passage_is_settled_once(study: Study) -> None:
    settled(study, "missed by CD", NEITHER)

    with pytest.raises(StepError, match="settled already"):
        settled(study, "missed by CD", BOTH)


def test_whose_coding_is_kept_coded_the_transcript(study: Study) -> None:
    with pytest.raises(StepError, match="one of those who coded"):
        settled(study, "missed by CD", CODER, kept=lead_of(study))


def test_a_retired_code_is_not_agreed_on(study: Study) -> None:
    risk = Code.objects.get(study=study, name="risk")
    change_codebook(actor=None, at=LATER, study=study, changes=[rules.Retire(str(risk.uuid).upper())])

    with pytest.raises(StepError, match="‘risk’ is retired since"):
        settled(study, "another extent", BOTH)


def test_nothing_is_settled_while_the_round_is_open(study: Study) -> None:
    text = Transcript.objects.get(study=study)
    held = a_round(study, (text, a_coder(study, "AB")), (text, a_coder(study, "CD")), is_blind=False, name="Open")

    said = as_member(lead_of(study)).get(reverse("voices:disagreements", args=[held.uuid])).content.decode()

    assert "shown and settled once it is closed" in said
    with pytest.raises(StepError, match="Close it first"):
        decide(actor=None, at=LATER, coding_round=held, key="x", wanted=Wanted(BOTH), decided_by=[lead_of(study)])


def test_a_new_name_for_a_code_or_a_coder_leaves_decisions_where_they_are(study: Study) -> None:
    settled(study, "missed by CD", NEITHER)

    Code.objects.filter(study=study, name="trust").update(name="Confidence")
    TeamMember.objects.filter(study=study, initials="AB").update(initials="ZZ")

    assert differing(study)["missed by CD"].decision is not None


def test_what_all_coded_alike_can_be_taken_over_by_itself_and_once(study: Study) -> None:
    url = reverse("voices:agree-alike", args=[the_round(study).uuid])

    for _ in range(2):
        answered = post(a_coder(study, "AB"), url)

    assert "among the agreed codings" in " ".join(map(str, get_messages(answered.wsgi_request)))
    assert agreed(study) == [("money", "pooled budget")]


def test_a_decision_names_the_change_of_the_framework_that_it_led_to(study: Study) -> None:
    change = CodebookChange.objects.filter(study=study).last()
    assert change is not None
    given = {"outcome": NEITHER, "decided_by": [str(lead_of(study).uuid)], "change": str(change.uuid)}
    key = differing(study)["missed by CD"].key

    post(lead_of(study), deciding(study, "missed by CD"), **given)

    said = as_member(lead_of(study)).get(reverse("voices:disagreement", args=[the_round(study).uuid, key]))
    assert f"Change {change.number}, add of the framework" in said.content.decode()


def test_other_codes_are_offered_as_the_tree_is_read(study: Study) -> None:
    a_code(study, "losses", Code.objects.get(study=study, name="risk"))
    where = [the_round(study).uuid, differing(study)["missed by CD"].key]

    page = as_member(lead_of(study)).get(reverse("voices:disagreement", args=where)).content.decode()

    offered = re.findall(r"<option[^>]*>([^<]+)</option>", page.split('name="code"')[1].split("</select>")[0])
    assert offered == ["None", "risk", "risk › losses", "trust", "money"]


def test_changes_of_the_framework_are_offered_by_what_they_did(study: Study) -> None:
    where = [the_round(study).uuid, differing(study)["missed by CD"].key]

    page = as_member(lead_of(study)).get(reverse("voices:disagreement", args=where)).content.decode()

    offered = page.split('name="change"')[1].split("</select>")[0]
    assert "‘money’ is new" in offered and "Change " not in offered


def test_the_log_has_every_decision_also_those_taken_back(study: Study) -> None:
    undo_decision(actor=None, at=LATER, decision=settled(study, "missed by CD", NEITHER, note="Too little said."))
    settled(study, "missed by CD", BOTH)
    url = reverse("voices:disagreements", args=[the_round(study).uuid])

    rows = list(
        csv.DictReader(StringIO(as_member(lead_of(study)).get(url, {"log": "csv"}).content.decode("utf-8-sig")))
    )

    assert [(row["What is agreed"], row["Why"], bool(row["Taken back"])) for row in rows] == [
        ("None of it", "Too little said.", True),
        ("All of it", "", False),
    ]
    assert as_member(lead_of(study)).get(url, {"log": "xlsx"}).content[:2] == b"PK"


def test_the_database_keeps_one_decision_a_passage_and_one_kept_coder(study: Study) -> None:
    made = settled(study, "missed by CD", NEITHER)
    again = Decision(round=made.round, transcript=made.transcript, key=made.key, outcome=BOTH, decided_at=LATER)

    with pytest.raises(ValidationError, match="settled already"):
        again.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=made.pk).update(outcome=CODER)


def test_a_study_has_one_set_of_agreed_codings(study: Study) -> None:
    settled(study, "missed by CD", NEITHER)

    with pytest.raises(IntegrityError), transaction.atomic():
        TeamMember.objects.create(
            study=study, part=TeamMember.Part.AGREED, name="Again", initials="AG2", starts_on=NOW.date()
        )


def test_a_passage_that_is_not_there_is_not_found(study: Study) -> None:
    url = reverse("voices:disagreement", args=[the_round(study).uuid, "nonsense"])

    assert as_member(lead_of(study)).get(url).status_code == 404


@pytest.mark.parametrize("name", ["disagreements", "disagreement", "decide", "agree-alike", "undo-decision"])
def test_whoever_may_not_settle_is_refused(study: Study, name: str) -> None:
    outsider = lead_of(a_study(lead=an_evaluator("other@study.example")))
    reader = a_coder(study, "RR", part=TeamMember.Part.READER)
    held, row = the_round(study), differing(study)["missed by CD"]
    args: list[Any] = [settled(study, "another code", BOTH).uuid] if name == "undo-decision" else [held.uuid]
    url = reverse(f"voices:{name}", args=args + ([row.key] if name in ("disagreement", "decide") else []))

    assert as_member(outsider).post(url).status_code == 403
    assert as_member(reader).post(url).status_code == (200 if name in ("disagreements", "disagreement") else 403)
