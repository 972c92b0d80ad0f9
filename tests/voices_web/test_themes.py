"""Themes with what speaks for and against them, typologies, groups, and new codes per interview."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from commonpool.voices.actions.themes import Wording, change_theme, mark_evidence, write_theme
from commonpool.voices.actions.transcripts import Who
from commonpool.voices.actions.typologies import Given, assign_types, make_typology
from commonpool.voices.errors import StepError
from commonpool.voices.models import (
    Assignment,
    Code,
    Coding,
    CodingRound,
    Interview,
    Study,
    TeamMember,
    Theme,
    TypeAssignment,
    Typology,
)
from commonpool.voices.queries import codings
from commonpool.voices.queries.cases import cases_of
from commonpool.voices.queries.comparing import compared, curve_of, typology_view
from commonpool.voices.queries.themes import ThemeRow, theme_row, tree_of
from commonpool.voices.queries.touching import found_for, seen_for
from commonpool.voices.queries.what_touches import (
    SUMMARIES,
    THEMES,
    TYPES,
    cells_touching,
    themes_touching,
    types_touching,
)
from tests.voices_web.builders import (
    NOW,
    a_code,
    a_coder,
    a_coding,
    a_participant,
    a_site,
    a_study,
    a_transcript,
    an_evaluator,
    an_interview,
    as_member,
    lead_of,
)
from tests.voices_web.test_matrix import a_matrix, a_site_heard, the_cell, written
from tests.voices_web.walking import steady

pytestmark = pytest.mark.django_db


def a_theme(study: Study, name: str = "Trust follows money", **words: Any) -> Theme:
    return write_theme(actor=None, at=NOW, member=lead_of(study), wording=Wording(name, **words))


def marked(theme: Theme, coding: Coding, side: str = "for", member: TeamMember | None = None) -> None:
    mark_evidence(actor=None, at=NOW, member=member or lead_of(theme.study), theme=theme, coding=coding.pk, side=side)


def row_of(theme: Theme, member: TeamMember | None = None, kind: str = "site") -> ThemeRow:
    return theme_row(member or lead_of(theme.study), theme, kind)


def named(cases: Any) -> list[str]:
    return [case.name for case in cases]


def test_a_theme_counts_the_cases_whose_passages_support_it_and_those_that_speak_against_it() -> None:
    study = a_study()
    coder, risk = a_coder(study), a_code(study, "risk")
    codings = [a_coding(coder, a_site_heard(study, name)[2], risk) for name in ("Carrow", "Hollin", "Wendle")]
    a_site(study, "Xanadu")
    theme = a_theme(study, codes=[risk])

    marked(theme, codings[0])
    marked(theme, codings[1], "against")

    row = row_of(theme)
    assert (named(row.supporting), named(row.contrary)) == (["Carrow"], ["Hollin"])
    assert named(row.coded) == ["Carrow", "Hollin", "Wendle"]


def test_the_last_mark_on_a_passage_counts_and_it_can_be_taken_away() -> None:
    study = a_study()
    coding = a_coding(a_coder(study), a_site_heard(study)[2], a_code(study))
    theme = a_theme(study)

    marked(theme, coding)
    marked(theme, coding, "against")
    assert (named(row_of(theme).supporting), named(row_of(theme).contrary)) == ([], ["Wendle"])

    marked(theme, coding, "")
    assert not row_of(theme).contrary


def test_a_passage_coded_blind_is_no_evidence_that_others_see() -> None:
    study = a_study()
    ann, ben = a_coder(study, "AN"), a_coder(study, "BE")
    _, _, text = a_site_heard(study)
    coding = a_coding(ann, text, a_code(study, "risk"))
    theme = a_theme(study, codes=[coding.code])
    marked(theme, coding, member=ann)
    blind = CodingRound.objects.create(study=study, name="Double", kind="double", is_blind=True, opened_at=NOW)
    Assignment.objects.create(round=blind, transcript=text, coder=ann)

    assert not row_of(theme, ben).supporting
    assert not row_of(theme, ben).coded
    assert "shared the risk" not in as_member(ben).get(f"/themes/{theme.uuid}/").content.decode()
    with pytest.raises(StepError, match="not among those that you see"):
        marked(theme, coding, "against", member=ben)
    assert named(row_of(theme, ann).supporting) == ["Wendle"]


def test_a_theme_cannot_be_part_of_itself() -> None:
    study = a_study()
    upper = a_theme(study, "Upper")
    lower = a_theme(study, "Lower", parent=upper)

    with pytest.raises(StepError, match="part of itself"):
        change_theme(
            actor=None, at=NOW, member=lead_of(study), theme=upper, wording=Wording("Upper", parent=lower), revision=1
        )


def test_two_people_do_not_overwrite_one_another_s_theme() -> None:
    study = a_study()
    theme = a_theme(study)
    wording = Wording("Other")
    change_theme(actor=None, at=NOW, member=lead_of(study), theme=theme, wording=wording, revision=1)

    with pytest.raises(StepError, match="Somebody else changed this"):
        change_theme(actor=None, at=NOW, member=lead_of(study), theme=theme, wording=wording, revision=1)


def test_a_theme_taken_away_leaves_those_that_are_part_of_it() -> None:
    study = a_study()
    upper = a_theme(study, "Upper")
    a_theme(study, "Lower", parent=upper)
    client = as_member(lead_of(study))

    client.post(f"/themes/{upper.uuid}/remove/")
    assert [(theme.name, depth) for theme, depth in tree_of(study)] == [("Lower", 0)]

    client.post(f"/themes/{upper.uuid}/put-back/")
    assert [(theme.name, depth) for theme, depth in tree_of(study)] == [("Upper", 0), ("Lower", 1)]


@pytest.mark.requirement("S131")
def test_themes_stand_in_a_hierarchy_and_are_written_and_marked_on_the_site() -> None:
    study = a_study()
    coder, risk = a_coder(study), a_code(study, "risk")
    coding = a_coding(coder, a_site_heard(study)[2], risk)
    upper = a_theme(study, "Organisational")
    client = as_member(coder)
    typed = {"name": "Risk", "statement": "Caps make it safe.", "parent": upper.pk, "weight": "minor"}
    typed["codes"] = risk.uuid

    page = client.post(f"/studies/{study.uuid}/themes/new/", typed, follow=True)
    client.post(f"/themes/{page.context['theme'].uuid}/mark/", {"coding": coding.pk, "side": "for", "note": "plain"})

    themes = client.get(f"/studies/{study.uuid}/themes/")
    assert [(row.theme.name, row.depth, len(row.supporting)) for row in themes.context["view"].rows] == [
        ("Organisational", 0, 0),
        ("Risk", 1, 1),
    ]
    assert "1 case is few" in themes.content.decode()


def a_typology(study: Study, **more: Any) -> Typology:
    given = {"name": "How they pool", "case_kind": "site", "types": ["in full", "aligned"], **more}
    return make_typology(actor=None, at=NOW, member=lead_of(study), **given)


def test_a_type_whose_name_is_longer_than_is_kept_is_refused() -> None:
    with pytest.raises(StepError, match="longer than 120 characters"):
        a_typology(a_study(), types=["in full", "a" * 121])

    assert not Typology.objects.exists()


def test_a_case_has_one_type_with_its_reason_and_types_stand_by_what_is_known() -> None:
    study = a_study()
    a_site_heard(study, "Carrow")
    a_site(study, "Xanadu")
    typology = a_typology(study)
    url = f"/typologies/{typology.uuid}/assign/"
    client, full = as_member(lead_of(study)), typology.types.get(name="in full")
    carrow = next(case for case in cases_of(study, "site") if case.name == "Carrow")

    refused = client.post(url, {f"type-{carrow.uuid}": full.uuid})
    assert "Say why for Carrow" in refused.content.decode()
    assert not TypeAssignment.objects.exists()

    client.post(url, {f"type-{carrow.uuid}": full.uuid, f"reason-{carrow.uuid}": "One budget."})
    view = typology_view(typology, "Organisation type")
    assert view.tab is not None
    assert {value: view.tab.row(value) for value in view.tab.values} == {"Council": (1, 0, 0), "not known": (0, 0, 1)}

    client.post(url, {f"type-{carrow.uuid}": ""})
    assert not TypeAssignment.objects.exists()


def test_types_are_two_or_more_and_each_is_named_once() -> None:
    for types in (["one"], ["one", "One"], []):
        with pytest.raises(StepError, match="at least two types"):
            a_typology(a_study(), types=types)


def test_types_saved_twice_change_nothing() -> None:
    study = a_study()
    a_site(study, "Carrow")
    typology = a_typology(study)
    given = {cases_of(study, "site")[0]: Given(typology.types.first(), "One budget.")}
    step = {"actor": None, "at": NOW, "member": lead_of(study), "typology": typology, "given": given}

    assert [assign_types(**step), assign_types(**step)] == [1, 0]


def test_groups_of_fewer_than_five_cases_stand_apart_without_a_share() -> None:
    study = a_study()
    coder, risk = a_coder(study), a_code(study, "risk")
    for number in range(6):
        kind = "Council" if number < 5 else "Trust"
        person = a_participant(study, organisation_type=kind)
        text = a_transcript(study, interview=an_interview(study, person))
        if number in (0, 1, 5):
            a_coding(coder, text, risk)

    found = compared(coder, study, [risk], "participant", "Organisation type")

    assert [(table.caption, table.values) for table in found.tables] == [
        ("Groups of five cases or more", ("Council",)),
        ("Groups of fewer than five: counts alone", ("Trust",)),
    ]
    page = as_member(coder).get(f"/studies/{study.uuid}/compare/?cases=participant").content.decode()
    assert "2 of 5" in page
    assert "40%" in page
    assert "1 of 1" in page
    assert "100%" not in page


def heard(study: Study, name: str, held_on: date | None, *codes: Code) -> Interview:
    """An interview of that day, coded with these codes."""
    held = an_interview(study, a_participant(study), name=name, held_on=held_on)
    text = a_transcript(study, interview=held)
    for code in codes:
        a_coding(a_coder(study), text, code)
    return held


def test_new_codes_are_counted_in_order_of_the_day_and_a_day_nobody_knows_is_left_out() -> None:
    study = a_study()
    risk, trust = a_code(study, "risk"), a_code(study, "trust")
    heard(study, "I2", date(2017, 3, 2), risk, trust)
    heard(study, "I1", date(2017, 3, 1), risk)
    heard(study, "I3", None, trust)

    curve = curve_of(a_coder(study), study, "held")

    assert [(each.name, each.new, each.together) for each in curve.heard] == [("I1", 1, 1), ("I2", 1, 2)]
    assert curve.undated == ("I3",)
    assert [each.name for each in curve_of(a_coder(study), study, "coded").heard] == ["I1", "I2", "I3"]
    page = as_member(a_coder(study)).get(f"/studies/{study.uuid}/new-codes/").content.decode()
    assert "no verdict" in page


READS = ("/studies/{study}/themes/", "/themes/{theme}/", "/studies/{study}/new-codes/", "/studies/{study}/compare/")
WRITES = (
    "/studies/{study}/themes/new/",
    "/themes/{theme}/change/",
    "/themes/{theme}/mark/",
    "/themes/{theme}/remove/",
    "/themes/{theme}/put-back/",
    "/studies/{study}/typologies/new/",
    "/typologies/{typology}/assign/",
    "/typologies/{typology}/remove/",
    "/typologies/{typology}/put-back/",
)


@pytest.mark.parametrize("address", [*READS, "/typologies/{typology}/", *WRITES])
def test_only_the_team_opens_themes_and_only_those_who_code_change_them(address: str) -> None:
    study = a_study()
    outsider = lead_of(a_study("Another", lead=an_evaluator("other@study.example")))
    url = address.format(study=study.uuid, theme=a_theme(study).uuid, typology=a_typology(study).uuid)

    assert as_member(outsider).get(url).status_code == 403
    assert as_member(outsider).post(url).status_code == 403
    reader = as_member(a_coder(study, "RE", part=TeamMember.Part.READER))
    assert reader.get(url).status_code == (403 if address in WRITES else 200)


def test_what_touches_somebody_who_withdraws_is_listed_and_nothing_else_is() -> None:
    study = a_study()
    anna, ben = a_participant(study, "P1"), a_participant(study, "P2")
    lines = ("Anna: Mine alone.", "Ben: These are others.")
    group = an_interview(study, anna, ben, site=a_site(study, "Wendle"))
    text = a_transcript(study, *lines, who=Who({"Anna": anna, "Ben": ben}), interview=group)
    risk, coder = a_code(study, "risk"), a_coder(study)
    coding = a_coding(coder, text, risk, "Mine alone")
    written(a_matrix(study, risk), coder, "Anna’s alone")
    theme = a_theme(study)
    marked(theme, coding)
    typology = a_typology(study, case_kind="interview")
    assign_types(
        actor=None,
        at=NOW,
        member=coder,
        typology=typology,
        given={cases_of(study, "interview")[0]: Given(typology.types.first(), "They said so.")},
    )

    assert [cell.summary for cell in cells_touching(anna)] == ["Anna’s alone"]
    assert themes_touching(anna) == [theme]
    assert (cells_touching(ben), themes_touching(ben)) == ([], [])
    assert len(types_touching(anna)) == len(types_touching(ben)) == 1
    assert {SUMMARIES, THEMES, TYPES} <= found_for(anna).keys()
    assert [touch.words for touch in seen_for(anna, coder)[SUMMARIES]] == ["‘risk’ in What sites say"]


def test_what_was_written_of_a_text_that_is_coded_blind_is_listed_once_the_round_closes() -> None:
    study = a_study()
    _, anna, text = a_site_heard(study)
    risk, coder = a_code(study, "risk"), a_coder(study)
    coding = a_coding(coder, text, risk)
    written(a_matrix(study, risk), coder)
    marked(a_theme(study), coding)
    blind = CodingRound.objects.create(study=study, name="Double", kind="double", is_blind=True, opened_at=NOW)
    Assignment.objects.create(round=blind, transcript=text, coder=coder)
    ben = a_coder(study, "BE")

    assert not seen_for(anna, ben).keys() & {SUMMARIES, THEMES}

    CodingRound.objects.update(closed_at=NOW)
    assert {SUMMARIES, THEMES} <= seen_for(anna, ben).keys()


def test_no_page_of_matrix_or_themes_differs_for_what_another_does_in_a_blind_round(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = a_study()
    _, _, text = a_site_heard(study)
    risk, trust = a_code(study, "risk"), a_code(study, "trust")
    ann, ben = a_coder(study, "AN"), a_coder(study, "BE")
    theme, matrix, typology = a_theme(study, codes=[risk, trust]), a_matrix(study, risk, trust), a_typology(study)
    own = a_coding(ann, text, risk)
    marked(theme, own, member=ann)
    blind = CodingRound.objects.create(study=study, name="Double", kind="double", is_blind=True, opened_at=NOW)
    for coder in (ann, ben):
        Assignment.objects.create(round=blind, transcript=text, coder=coder)
    steady(monkeypatch, NOW)
    pages = [
        *(f"/studies/{study.uuid}/{page}/" for page in ("matrix", "themes", "new-codes", "compare", "joint-display")),
        *(f"/studies/{study.uuid}/matrix/?{asked}" for asked in ("download=csv", "cells=empty")),
        *(f"/studies/{study.uuid}/themes/?cases={kind}" for kind in ("interview", "participant")),
        f"/studies/{study.uuid}/compare/?cases=participant&download=csv",
        f"/studies/{study.uuid}/new-codes/?order=coded",
        f"/themes/{theme.uuid}/",
        f"/typologies/{typology.uuid}/",
        the_cell(matrix, ann).url,
        "/history/",
    ]

    clients = [as_member(ann), as_member(lead_of(study))]

    def seen() -> list[tuple[int, bytes]]:
        answers = [client.get(page) for client in clients for page in pages]
        return [(answer.status_code, answer.content) for answer in answers]

    seen()  # the first visit sets cookies
    before = seen()
    for code, words in ((risk, "It took trust"), (trust, "one place")):
        marked(theme, a_coding(ben, text, code, words, coding_round=blind), "against", member=ben)

    after = seen()
    assert {status for status, _ in before} == {200, 403}  # nobody here reads the history of everything
    assert [page for page, was, now in zip(pages * 2, before, after, strict=True) if was != now] == []

    monkeypatch.setattr(codings, "_not_blind", lambda rows, member: rows)
    assert seen() != after, "without the filter the pages would differ"
