"""In a blind round nothing shows another's work: every page is the same before and after somebody codes."""

from __future__ import annotations

import ast
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from django.urls import reverse

from commonpool.people.models import Membership
from commonpool.people.rules import Role
from commonpool.voices.actions.codebooks import change_codebook
from commonpool.voices.actions.codings import code_passage, put_back, uncode
from commonpool.voices.actions.rounds import take_off
from commonpool.voices.actions.studies import add_member, remove_member
from commonpool.voices.actions.transcripts import Who
from commonpool.voices.errors import StepError
from commonpool.voices.models import (
    Assignment,
    Code,
    Coding,
    CodingRound,
    Participant,
    Site,
    Study,
    TeamMember,
    Transcript,
)
from commonpool.voices.queries import codings
from commonpool.voices.queries.codings import (
    coding_seen,
    compared_in,
    hidden_in,
    memos_seen_by,
    open_to_all,
    seen_by,
)
from commonpool.voices.rules import codebook as rules
from commonpool.voices.rules.text import Span
from tests.voices_web.builders import (
    NOW,
    a_code,
    a_coder,
    a_coding,
    a_memo,
    a_participant,
    a_round,
    a_site,
    a_study,
    a_transcript,
    an_interview,
    as_member,
    finished,
    lead_of,
    the_university,
)
from tests.voices_web.test_matrix import a_matrix, written
from tests.voices_web.test_quotations import COUNCIL, a_quotation
from tests.voices_web.test_themes import a_theme, marked
from tests.voices_web.walking import differences, snapshot, steady

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("S130")]
LATER: Final = NOW + timedelta(hours=1)
# A walk of its first pages alone: where that fails, the whole of it fails too.
BEGINNING: Final = 12


def a_site_at_which_somebody_is_heard(study: Study) -> tuple[Site, Participant, Transcript]:
    """With the words of `SAID`, which the other texts have as well."""
    site = a_site(study)
    person = a_participant(study, site=site, **COUNCIL)
    who = Who({"Anna": person}, frozenset({"Interviewer"}))
    return site, person, a_transcript(study, who=who, interview=an_interview(study, person, site=site))


class World:
    """A study with a blind round on two transcripts, one of them coded openly before, and a third text outside it.

    A codes in it with B and has begun; C is on the team and not in the round.
    """

    def __init__(self, a_leads: bool = False) -> None:
        self.study: Study = a_study()
        self.lead = lead_of(self.study)
        self.a: TeamMember = self.lead if a_leads else a_coder(self.study, "AA")
        self.b, self.c = a_coder(self.study, "BB"), a_coder(self.study, "CC")
        self.site, self.person, self.text = a_site_at_which_somebody_is_heard(self.study)
        self.texts: list[Transcript] = [self.text, *(a_transcript(self.study) for _ in range(2))]
        self.codes: list[Code] = [a_code(self.study, "risk"), a_code(self.study, "trust")]
        self.matrix, self.theme = a_matrix(self.study, *self.codes), a_theme(self.study, codes=self.codes)
        self._before()
        given = [(text, coder) for text in self.texts[:2] for coder in (self.a, self.b)]
        self.round: CodingRound = a_round(self.study, *given, name="Blind")
        a_coding(self.a, self.texts[0], self.codes[0])
        a_memo(self.a, self.texts[0], "Mine.")

    def _before(self) -> None:
        second = self.texts[1]
        earlier = a_round(self.study, (second, self.a), (second, self.b), is_blind=False, name="Earlier")
        a_coding(self.a, second, self.codes[0])
        a_coding(self.b, second, self.codes[1])
        finished(earlier)

    def b_works(self) -> None:
        """All that a coder can do in a round, and what somebody codes there who is not in it."""
        text, second, _ = self.texts
        risk, trust = self.codes
        marked(self.theme, a_coding(self.b, text, risk), member=self.b)
        a_quotation(text, "It took trust.", member=self.b, is_checked=False)
        with suppress(StepError):  # the action refuses it: a summary would tell what was coded
            written(self.matrix, self.b, case=self.site.name)
        a_coding(self.b, text, trust, "trust", memo="It is about trust.")
        a_coding(self.b, second, risk, "one place")
        taken = a_coding(self.b, text, risk, "the money")
        uncode(actor=self.b.person, at=LATER, member=self.b, coding=taken)
        put_back(actor=self.b.person, at=LATER, member=self.b, coding=taken)
        uncode(actor=self.b.person, at=LATER, member=self.b, coding=taken)
        a_coding(self.c, text, trust, "pooled budget")
        for subject in (text, risk, self.study, taken):
            a_memo(self.b, subject, "What I saw in it.", at=LATER, version=None)
        a_memo(self.b, text, "On a passage.", at=LATER, version=text.newest, start=3, end=9)

    def b_finishes(self) -> None:
        for given in Assignment.objects.filter(round=self.round, coder=self.b):
            as_member(self.b).post(reverse("voices:done", args=[given.uuid]))


def a_coder_in_it() -> tuple[World, TeamMember]:
    world = World()
    return world, world.a


def the_lead_as_coder() -> tuple[World, TeamMember]:
    world = World(a_leads=True)
    return world, world.a


def the_lead_who_also_reads_the_history_of_all() -> tuple[World, TeamMember]:
    world = World()
    role = {"organisation": the_university(), "role": Role.AUDITOR.value, "starts_on": NOW.date()}
    assert world.lead.person is not None
    Membership.objects.create(person=world.lead.person, **role)
    return world, world.lead


WATCHERS: Final = (a_coder_in_it, the_lead_as_coder, the_lead_who_also_reads_the_history_of_all)


@pytest.mark.parametrize("watcher", WATCHERS, ids=lambda each: each.__name__)
def test_no_page_tells_of_what_another_does_in_a_blind_round(
    watcher: Callable[[], tuple[World, TeamMember]], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, member = watcher()
    steady(monkeypatch, LATER)
    client = as_member(member)
    client.get("/")  # the first visit may set cookies
    before = snapshot(client, world.study)

    world.b_works()
    if member == world.a:  # the lead who does not code has to know who has finished
        world.b_finishes()

    after = snapshot(client, world.study)
    assert len(before) > 15 and before["/"][0] == 200
    assert differences(before, after) == []


def test_without_the_filter_that_walk_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    world, member = a_coder_in_it()
    steady(monkeypatch, LATER)
    monkeypatch.setattr(codings, "_not_blind", lambda found, member: found)
    client = as_member(member)
    before = snapshot(client, world.study, most=BEGINNING)

    world.b_works()

    after = snapshot(client, world.study, most=BEGINNING)
    assert reverse("voices:study", args=[world.study.uuid]) in differences(before, after)


def test_without_the_filter_of_the_history_that_walk_fails_too(monkeypatch: pytest.MonkeyPatch) -> None:
    world, member = the_lead_who_also_reads_the_history_of_all()
    steady(monkeypatch, LATER)
    monkeypatch.setattr(codings, "_open_blind", lambda: Assignment.objects.none())
    client = as_member(member)
    before = snapshot(client, world.study, most=BEGINNING)

    world.b_works()

    assert "/history/" in differences(before, snapshot(client, world.study, most=BEGINNING))


def test_everybody_sees_what_they_coded_themselves_and_all_of_it_once_the_round_is_closed() -> None:
    world = World()
    world.b_works()
    hidden = world.texts[:2]
    assert {each.coder_id for each in seen_by(world.b).filter(transcript__in=hidden)} == {world.b.pk}
    assert not seen_by(world.lead).filter(transcript__in=hidden).exists()
    assert not open_to_all(world.study).filter(transcript__in=hidden).exists()
    assert not compared_in(world.round).exists()

    finished(world.round, at=LATER)

    everybody = {world.a.pk, world.b.pk, world.c.pk}
    assert {each.coder_id for each in seen_by(world.lead).filter(transcript__in=hidden)} == everybody
    assert {each.coder_id for each in open_to_all(world.study)} == everybody
    assert {each.coder_id for each in compared_in(world.round)} == {world.a.pk, world.b.pk}


def test_taking_a_transcript_off_everybody_uncovers_nothing() -> None:
    world = World()
    world.b_works()

    for given in Assignment.objects.filter(round=world.round):
        take_off(actor=None, at=LATER, assignment=given)

    assert not seen_by(world.lead).filter(transcript=world.texts[0]).exists()


def test_somebody_taken_off_the_team_and_put_back_sees_no_more_than_before() -> None:
    world = World()
    world.b_works()
    before = set(seen_by(world.a))

    remove_member(actor=None, at=LATER, member=world.a, ends_on=LATER.date())
    assert world.a.person is not None
    again = add_member(
        actor=None,
        at=LATER,
        study=world.study,
        person=world.a.person,
        part=TeamMember.Part.LEAD,
        initials="AA",
        starts_on=LATER.date(),
    )

    assert set(seen_by(again)) == before


def test_a_transcript_of_two_blind_rounds_stays_hidden_until_both_are_closed() -> None:
    world = World()
    world.b_works()
    another = a_round(world.study, (world.texts[0], world.c), name="Another")

    finished(world.round, at=LATER)

    assert list(hidden_in(world.round)) == [world.texts[0]]
    assert set(compared_in(world.round).values_list("transcript", flat=True)) == {world.texts[1].pk}
    finished(another, at=LATER)
    assert not hidden_in(world.round).exists()
    assert seen_by(world.a).filter(transcript=world.texts[0], coder=world.b).exists()


def test_notes_written_while_coding_blind_are_hidden_whatever_they_are_on() -> None:
    world = World()
    world.b_works()
    a_memo(world.c, world.codes[0], "From elsewhere.")

    assert {each.text for each in memos_seen_by(world.a)} == {"Mine.", "From elsewhere."}
    assert "What I saw in it." in {each.text for each in memos_seen_by(world.b)}


def test_another_s_coding_is_not_there_for_whoever_knows_its_id() -> None:
    world = World()
    theirs = a_coding(world.b, world.texts[0], world.codes[0])

    assert coding_seen(world.a, theirs.uuid) is None
    assert coding_seen(world.b, theirs.uuid) == theirs


def test_two_coders_put_the_same_code_on_the_same_words_and_neither_hears_of_it() -> None:
    world = World()

    a_coding(world.b, world.texts[0], world.codes[0])  # A has done exactly that

    assert Coding.objects.filter(transcript=world.texts[0]).count() == 2


def test_a_coding_belongs_to_the_round_in_which_its_coder_has_the_transcript() -> None:
    world = World()
    text = world.texts[0]
    assert text.newest is not None

    assert a_coding(world.b, text, world.codes[1]).round == world.round
    assert a_coding(world.c, text, world.codes[1]).round is None
    with pytest.raises(StepError, match="does not have this transcript for you"):
        code_passage(
            actor=None,
            at=LATER,
            member=world.c,
            version=text.newest,
            span=Span(1, 5),
            code=world.codes[0],
            coding_round=world.round,
        )


def test_what_was_compared_stays_as_it_was_coded() -> None:
    world = World()
    mine = Coding.objects.get(coder=world.a, transcript=world.texts[0])
    finished(world.round, at=LATER)

    with pytest.raises(StepError, match="is closed: its codings stay as they were"):
        uncode(actor=None, at=LATER, member=world.a, coding=mine)
    assert a_coding(world.a, world.texts[0], world.codes[1]).round is None


def test_who_codes_blind_changes_no_framework_and_a_coder_who_finished_waits_for_the_others() -> None:
    world = World()
    added = rules.Add(rules.Code("0F0E0D0C-0000-0000-0000-000000000001", "what B saw"))

    with pytest.raises(StepError, match="You are coding in a blind round"):
        change_codebook(actor=world.b.person, at=LATER, study=world.study, changes=[added])
    world.b_finishes()
    with pytest.raises(StepError, match="A blind round is open"):
        change_codebook(actor=world.b.person, at=LATER, study=world.study, changes=[added])

    assert not Code.objects.filter(study=world.study, name="what B saw").exists()


# --- nobody goes around it ---

ROOMS: Final = Path(__file__).resolve().parents[2] / "commonpool"
MAY_READ: Final = (ROOMS / "voices" / "queries" / "codings.py", ROOMS / "voices" / "actions")
MANAGERS: Final = frozenset({"objects", "_default_manager", "_base_manager"})
FETCHERS: Final = frozenset({"row_or_404", "get_object_or_404", "get_list_or_404", "get_model"})
FOLLOWED: Final = frozenset({"all", "filter", "exclude", "count", "exists", "first", "values", "values_list", "get"})


def ways_around(source: str) -> list[str]:
    """Where a module reads codings or memos by itself."""
    return [found for node in ast.walk(ast.parse(source)) if (found := _way_around(node))]


def _way_around(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute) and node.attr in MANAGERS and _is_kept(node.value):
        return ast.unparse(node)
    if not isinstance(node, ast.Call):
        return ""
    called = node.func
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    given = [*node.args, *(each.value for each in node.keywords)]
    if name in FETCHERS and any(_is_kept(each) for each in given):
        return ast.unparse(node)
    # `coding.became.all()` goes from one coding to those that took its place.
    is_reverse = isinstance(called, ast.Attribute) and name in FOLLOWED and isinstance(called.value, ast.Attribute)
    return ast.unparse(node) if is_reverse and called.value.attr == "became" else ""  # type: ignore[attr-defined]


def _is_kept(node: ast.AST) -> bool:
    named = getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "value", None)
    return named in {"Coding", "Memo", "coding", "memo"}


def test_no_module_but_one_reads_codings_or_memos() -> None:
    found = {
        str(path.relative_to(ROOMS)): ways
        for path in ROOMS.rglob("*.py")
        if not any(path.is_relative_to(each) for each in MAY_READ) and (ways := ways_around(path.read_text("utf-8")))
    }

    assert found == {}, "read them through commonpool.voices.queries.codings, which keeps blind rounds blind"


def test_the_ways_around_are_found() -> None:
    source = """
Coding.objects.count()
models.Memo._default_manager.all()
row_or_404(Coding, uuid)
apps.get_model("voices", "Memo")
coding.became.all()
Code.objects.filter(became=[])
"""

    assert len(ways_around(source)) == 5
