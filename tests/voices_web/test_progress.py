"""How far each has come in the texts: everybody sees their own, the lead the coders', and nothing of blind rounds."""

from __future__ import annotations

import re
from typing import Any

import pytest

from commonpool.voices.models import Study, TeamMember, Transcript
from commonpool.voices.queries.progress import Progress, progress_of, progress_seen_by
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

pytestmark = pytest.mark.django_db


def reads(member: TeamMember, text: Transcript, *turns: int) -> None:
    assert text.newest is not None
    for turn in turns:
        sent = {"version": text.newest.uuid, "turn": turn, "is_read": "1"}
        as_member(member).post(f"/transcripts/{text.uuid}/read/", sent)


def shown(member: TeamMember, study: Study, page: str = "") -> dict[str, str]:
    """{name of the text: its row in words}, as a page shows it."""
    html = as_member(member).get(f"/studies/{study.uuid}/{page}").content.decode()
    [table] = re.findall(r"<tbody.*?</tbody>", html, re.DOTALL)
    rows = [" | ".join(words_of(cell) for cell in cells_of(row)) for row in table.split("</tr>") if "<t" in row]
    return {row.partition(" ")[0]: row.partition(" | ")[2] for row in rows}


def cells_of(row: str) -> list[str]:
    return re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)


def words_of(cell: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", cell).split())


@pytest.mark.parametrize(
    ("turns", "seen", "is_done", "said"),
    [
        (54, 31, False, "31 of 54 turns"),
        (54, 0, False, "not begun"),
        (54, 54, False, "all 54 turns"),
        (54, 54, True, "done, all 54 turns"),
        (54, 31, True, "done, 31 of 54 turns"),
        (54, 0, True, "done, none of 54 turns"),
        (1, 1, False, "all 1 turn"),
        (0, 0, False, "no turns"),
    ],
)
def test_progress_is_told_in_words_and_nothing_is_no_zero(turns: int, seen: int, is_done: bool, said: str) -> None:
    assert Progress(turns, seen, 0, None, NOW if is_done else None).in_words == said


def test_everybody_sees_their_own_progress_and_the_lead_that_of_each_coder() -> None:
    study = a_study()
    text, _ = a_transcript(study, name="T01"), a_transcript(study, name="T02")
    ann, ben, lead = a_coder(study, "AB"), a_coder(study, "CD"), lead_of(study)
    reads(ann, text, 1, 3)
    a_coding(ann, text, a_code(study), "shared the risk")
    as_member(ben).post(f"/transcripts/{text.uuid}/done/", {"done": "1"})

    assert shown(ann, study) == {"T01": "3 of 4 turns", "T02": "not begun"}
    assert shown(lead, study) == {
        "T01": "not begun | 3 of 4 turns | done, none of 4 turns",
        "T02": "not begun | not begun | not begun",
    }
    assert "| 3 of 4 turns | 29 |" in shown(ann, study, "texts/")["T01"]
    assert "| not begun | AB 3 of 4 turns; CD done, none of 4 turns |" in shown(lead, study, "texts/")["T01"]
    file = as_member(lead).get(f"/studies/{study.uuid}/texts/?download=csv").content.decode()
    assert "AB 3 of 4 turns; CD done, none of 4 turns" in file
    assert "AB" not in as_member(ben).get(f"/studies/{study.uuid}/texts/?download=csv").content.decode()


@pytest.mark.requirement("S130")
def test_the_lead_learns_nothing_of_anothers_progress_in_an_open_blind_round() -> None:
    study = a_study()
    hidden, plain = a_transcript(study, name="T01"), a_transcript(study, name="T02")
    ann, ben, lead = a_coder(study, "AB"), a_coder(study, "CD"), lead_of(study)
    held, trust = a_round(study, (hidden, ann), (hidden, ben)), a_code(study, "trust")
    pages = [f"/studies/{study.uuid}/", f"/studies/{study.uuid}/texts/", f"/studies/{study.uuid}/texts/?download=csv"]
    before = [told(lead, page) for page in pages]

    reads(ann, hidden, 1, 2)
    a_coding(ann, hidden, trust, "shared the risk", held)
    as_member(ben).post(f"/transcripts/{hidden.uuid}/done/", {"done": "1"})
    during = [told(lead, page) for page in pages]
    reads(ann, plain, 1)

    assert during == before
    assert shown(lead, study) == {
        "T01": "not begun | not shown until the blind round closes",
        "T02": "not begun | 1 of 4 turns | not begun",
    }
    finished(held)
    assert shown(lead, study)["T01"] == "not begun | done, 2 of 4 turns | done, none of 4 turns"


def told(member: TeamMember, page: str) -> str:
    """A page without what differs each time it is asked for."""
    html = as_member(member).get(page).content.decode()
    return re.sub('csrfmiddlewaretoken" value="[^"]+"', "", html)


def test_progress_seen_is_the_progress_of_each_in_as_many_queries(django_assert_max_num_queries: Any) -> None:
    study = a_study()
    texts = [a_transcript(study) for _ in range(3)]
    coders = [a_coder(study, initials) for initials in ("AB", "CD", "EF")]
    for number, coder in enumerate(coders, 1):
        reads(coder, texts[0], *range(1, number + 1))
        a_coding(coder, texts[number - 1], a_code(study), "in one place")
    lead = lead_of(study)

    with django_assert_max_num_queries(6):
        found = progress_seen_by(lead, texts)

    for each in found:
        assert each.mine == progress_of(lead, texts)[each.transcript.pk]
        assert each.others == [(coder, progress_of(coder, texts)[each.transcript.pk]) for coder in coders]


def test_nobody_outside_the_team_sees_how_far_anybody_is() -> None:
    study = a_study()
    outsider = as_member(lead_of(a_study(lead=an_evaluator("other@study.example"))))

    answers = [outsider.get(f"/studies/{study.uuid}/{page}").status_code for page in ("", "texts/")]

    assert answers == [403, 403]
