from __future__ import annotations

import re
from datetime import date

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from commonpool.pages.forms import DatePartsField, MoneyField
from tests.pages.gallery import Contribution

pytestmark = pytest.mark.usefixtures("gallery")


def test_an_empty_post_names_every_field_that_is_missing(gallery):
    page = gallery.post("/form", {}).content.decode()

    assert "<title>Error: " in page
    assert '<a href="#id_partner">Fill in ‘Partner’.</a>' in page
    assert '<a href="#id_payer_0">Choose an answer to ‘Who pays?’.</a>' in page
    assert '<a href="#id_is_agreed">Tick ‘Both sides have agreed’ to go on.</a>' in page


def test_every_error_leads_to_a_box_that_is_there(gallery):
    page = gallery.post("/form", {"agreed_on_day": "31"}).content.decode()

    links = re.findall(r'<a href="#(id_[^"]+)">', page)
    assert "id_agreed_on_0" in links
    assert [link for link in links if f'id="{link}"' not in page] == []


def test_what_was_typed_stays_and_is_shown_in_the_error(gallery):
    page = gallery.post("/form", {"planned": "12k", "agreed_on_day": "31", "agreed_on_month": "2"}).content.decode()

    assert "‘12k’ is not an amount of money. Enter pounds as a number, for example 1234.50." in page
    assert 'value="12k"' in page
    assert "The date has no year. Fill in day, month and year." in page
    assert 'value="31"' in page


def test_a_wrong_box_says_so_to_a_screen_reader():
    field = Contribution({})["partner"].as_field_group()

    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="id_partner_helptext id_partner_error"' in field
    assert 'id="id_partner_helptext"' in field
    assert 'id="id_partner_error"' in field
    assert "govuk-input--error" in field
    assert " required" not in field


def test_typed_text_is_escaped():
    assert "<script>" not in Contribution({"partner": '"><script>'})["partner"].as_field_group()


@pytest.mark.parametrize(("typed", "pence"), [("£1,234.50", 123450), ("(12)", -1200), ("", None), ("0", 0)])
def test_money_is_whole_pence_and_empty_is_unknown(typed, pence):
    assert MoneyField(required=False).clean(typed) == pence


@given(st.integers(-(10**15), 10**15))
def test_an_amount_shown_for_editing_reads_back_as_itself(pence):
    field = MoneyField()

    assert field.clean(field.prepare_value(pence)) == pence
    assert not field.has_changed(pence, field.prepare_value(pence))


def test_a_date_is_three_boxes_or_one_iso_date():
    class Agreed(forms.Form):
        on = DatePartsField()

    for data in ({"on_day": "31", "on_month": "3", "on_year": "2031"}, {"on": "2031-03-31"}):
        form = Agreed(data)
        assert form.is_valid(), form.errors
        assert form.cleaned_data["on"] == date(2031, 3, 31)


@pytest.mark.parametrize("typed", [["31", "2", "2031"], ["x", "1", "2031"], ["1", "1", "9" * 30]])
def test_a_day_that_does_not_exist_is_shown_back(typed):
    with pytest.raises(forms.ValidationError, match="is not a date"):
        DatePartsField().clean(typed)
