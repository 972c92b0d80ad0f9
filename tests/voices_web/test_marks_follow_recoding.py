"""What was marked on a passage stays with it when its code gives way: in themes, cells of a matrix and quotations."""

from __future__ import annotations

import pytest

from commonpool.voices.actions.recoding import undo_recoding
from commonpool.voices.models import Coding, Recoding, Theme
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.queries.quotations import Quoting
from commonpool.voices.queries.quotations import seen_by as quotations_seen
from tests.voices_web.builders import NOW, a_code, a_coder, a_coding, a_study, as_member, lead_of
from tests.voices_web.test_matrix import a_matrix, a_site_heard, the_cell, written
from tests.voices_web.test_quotations import a_heard_study, a_quotation, a_talk
from tests.voices_web.test_recoding import chosen, mapped, merged, split
from tests.voices_web.test_themes import a_theme, marked, named, row_of

pytestmark = pytest.mark.django_db


def put_back() -> None:
    undo_recoding(actor=None, at=NOW, recoding=Recoding.objects.get(undone_at=None))


def sides(theme: Theme) -> list[tuple[str, str]]:
    """(code, side) of the marks that count."""
    standing = seen_by(lead_of(theme.study)).values("pk")
    return sorted(theme.evidence.filter(coding__in=standing).values_list("coding__code__name", "side"))


def test_a_passage_that_was_split_speaks_for_the_theme_under_each_part() -> None:
    study = a_study()
    coder, risk = a_coder(study), a_code(study, "risk")
    coding = a_coding(coder, a_site_heard(study, "Wendle")[2], risk)
    theme = a_theme(study, codes=[risk])
    marked(theme, coding)

    overspends, savings = split(risk, "overspends", "savings")
    chosen(coder, risk, {coding: [overspends, savings]})

    assert sides(theme) == [("overspends", "for"), ("savings", "for")]
    assert named(row_of(theme).supporting) == ["Wendle"]
    put_back()
    assert sides(theme) == [("risk", "for")]


def test_each_part_can_be_marked_otherwise_and_putting_back_finds_the_first_mark() -> None:
    study = a_study()
    coder, risk = a_coder(study), a_code(study, "risk")
    coding = a_coding(coder, a_site_heard(study)[2], risk)
    theme = a_theme(study, codes=[risk])
    marked(theme, coding, "against")
    parts = split(risk, "overspends", "savings")
    chosen(coder, risk, {coding: parts})

    marked(theme, Coding.objects.get(code=parts[0]), "")

    assert sides(theme) == [("savings", "against")]
    put_back()
    assert sides(theme) == [("risk", "against")]


def test_a_mark_that_stands_on_the_other_coding_already_is_kept_and_none_stays_behind() -> None:
    study = a_study()
    coder, risk, money = a_coder(study), a_code(study, "risk"), a_code(study, "money")
    text = a_site_heard(study)[2]
    codings = [a_coding(coder, text, code) for code in (risk, money)]
    one, other = a_theme(study, "One"), a_theme(study, "Other")
    marked(one, codings[0], "for")
    marked(one, codings[1], "against")
    marked(other, codings[0], "for")

    merged(risk, money)
    mapped(coder, risk)

    assert (sides(one), sides(other)) == ([("money", "against")], [("money", "for")])
    put_back()
    assert sides(one) == [("money", "against"), ("risk", "for")]
    assert sides(other) == [("risk", "for")]


def test_a_cell_of_a_category_stays_fresh_and_keeps_its_links_when_a_code_beneath_is_split() -> None:
    study = a_study()
    coder, category = a_coder(study), a_code(study, "category")
    risk = a_code(study, "risk", parent=category)
    coding = a_coding(coder, a_site_heard(study)[2], risk)
    matrix = a_matrix(study, category)
    written(matrix, coder, rests_on=[coding.pk], quotations=[coding.pk])

    parts = split(risk, "overspends", "savings")
    chosen(coder, risk, {coding: parts[:1]})

    cell = the_cell(matrix, coder)
    assert (str(cell.changes), cell.is_stale, cell.quotations) == ("", False, 1)
    page = as_member(coder).get(cell.url).content.decode()
    assert page.count("checked") == 2
    put_back()
    assert (the_cell(matrix, coder).is_stale, the_cell(matrix, coder).quotations) == (False, 1)


def test_a_cell_whose_passage_went_to_another_column_is_stale_and_counts_no_quotation_of_it() -> None:
    study = a_study()
    coder, risk, money = a_coder(study), a_code(study, "risk"), a_code(study, "money")
    coding = a_coding(coder, a_site_heard(study)[2], risk)
    matrix = a_matrix(study, risk, money)
    written(matrix, coder, rests_on=[coding.pk], quotations=[coding.pk])

    merged(risk, money)
    mapped(coder, risk)

    was, now = the_cell(matrix, coder, code="risk"), the_cell(matrix, coder, code="money")
    assert (str(was.changes), was.passages, was.quotations) == ("1 gone", 0, 0)
    assert (now.passages, now.quotations) == (1, 0)


def test_a_quotation_is_printed_with_the_codes_that_its_passage_has_now() -> None:
    study = a_heard_study()
    coder, risk = a_coder(study), a_code(study, "risk")
    text = a_talk(study)
    coding = a_coding(coder, text, risk, "We shared the risk and it was not easy.")
    a_quotation(text, coding=coding)
    overspends, savings = split(risk, "overspends", "savings")

    chosen(coder, risk, {coding: [overspends, savings]})

    [shown] = Quoting(coder).shown(quotations_seen(coder))
    assert shown.code == "overspends, savings"
