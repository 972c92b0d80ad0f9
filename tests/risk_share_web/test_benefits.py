"""Who pays and who gains on the site: gains as bodies say them, payments as the books have them."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from commonpool.audit.models import AuditEvent
from commonpool.ledger.models import Ledger
from commonpool.ledger.rules.events import Kind
from commonpool.places.models import Organisation
from commonpool.plans.models import Plan
from commonpool.risk_share.actions import benefits as actions
from commonpool.risk_share.actions.benefits import Claim, Gain
from commonpool.risk_share.errors import StepError
from commonpool.risk_share.models import Benefit
from commonpool.risk_share.queries.stakes import Matrix, matrix_of
from tests.ledger_web.builders import frozen, paid_books, planned_books, spent
from tests.plans_web.builders import an_agreed_version
from tests.risk_share_web.builders import (
    NOW,
    a_body,
    agreed,
    as_,
    council_lead,
    national_reader,
    northmere,
    northmere_lead,
    south_wendle,
    text_of,
    the_agreement,
    the_council,
    wendleshire,
)

pytestmark = pytest.mark.django_db
OCTOBER = date(2024, 10, 1)
YEAR = "2024-25"
LINE = "16"  # paid by both ICBs from the discharge fund: £1,912,400 and £1,141,600 in the plan
WHO: Any = {"actor": None, "at": NOW}


@pytest.fixture(autouse=True)
def _october(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(monkeypatch)


def an_agreed_plan() -> None:
    """Wendleshire's, and the agreement that its contracts belong to."""
    an_agreed_version()
    the_agreement()


def hospital() -> Organisation:
    return a_body("Wendle Royal Hospital", Organisation.Kind.TRUST, ods_code="RXW")


def gain(body: Organisation, pence: int | None = None, line: str = LINE, **more: Any) -> Benefit:
    """A gain of that much in cash, seen somewhere; recorded by the body itself."""
    said_by = more.pop("said_by", body)
    said = Gain(**{"cashable_pence": pence, "non_cashable_pence": 0, "evidence": "bed days", **more})
    claim = Claim(Plan.objects.get(), line, body, said_by, said)
    return actions.record_benefit(**WHO, year=YEAR, claim=claim)


def a_discharge_team() -> None:
    """The ICBs get back less than they pay; the hospital, which pays nothing, gains more than both lose."""
    gain(northmere(), 400_000_00)
    gain(south_wendle(), 200_000_00)
    gain(hospital(), 4_000_000_00, said_by=the_council(), low_pence=3_000_000_00, high_pence=5_000_000_00)


def matrix() -> Matrix:
    found = matrix_of(the_agreement(), OCTOBER)
    assert found is not None
    return found


def url(name: str = "benefits") -> str:
    return reverse(f"risk_share:{name}", args=[wendleshire().uuid])


def paid(found: Matrix) -> dict[str, Any]:
    return {row.name: row.pays.value if row.pays else None for row in found.rows}


# -- what pays is read, never typed


@pytest.mark.requirement("S110")
def test_before_there_are_books_a_line_is_paid_as_the_agreed_plan_says() -> None:
    an_agreed_plan()
    a_discharge_team()

    found = matrix()

    assert (found.year.is_booked, found.year.year) == (False, YEAR)
    assert paid(found) == {
        "NHS Northmere ICB": 1_912_400_00,
        "NHS South Wendle ICB": 1_141_600_00,
        "Wendle Royal Hospital": None,
    }


def test_the_budget_of_the_books_takes_its_place_and_what_is_posted_the_budget_s() -> None:
    books = paid_books()
    a_discharge_team()
    budget = matrix().rows
    spent(books, LINE, 500_000_00)

    posted = matrix().rows

    assert [row.line.basis.label for row in (budget[0], posted[0])] == ["budget in the books", "posted so far"]
    assert paid(matrix())["NHS Northmere ICB"] + paid(matrix())["NHS South Wendle ICB"] == 500_000_00
    assert budget[0].pays is not None and budget[0].pays.value == 1_912_400_00


def test_what_is_posted_opens_to_its_entries() -> None:
    spent(paid_books(), LINE, 500_000_00)
    a_discharge_team()
    figure = matrix().rows[0].pays
    assert figure is not None

    explained = as_(council_lead()).get(f"{reverse('pages:explain')}?{figure.query_string()}")

    assert explained.status_code == 200
    assert f"£{int(figure.value) / 100:,.2f}" in text_of(explained)
    assert "Net spend" in text_of(explained)


def test_spend_on_no_partner_s_money_leaves_open_who_pays() -> None:
    spent(planned_books(), LINE, 500_000_00, Kind.ACTUAL)  # nothing has come in, so that no source covers it
    a_discharge_team()

    balance = matrix().schemes[0].balance

    assert (balance.stakes["nobody"].pays_pence, balance.area_net_pence) == (None, None)
    assert "£500,000.00 to be covered" in text_of(as_(council_lead()).get(url()))


# -- the page


@pytest.mark.requirement("S110")
def test_the_page_names_where_a_payer_loses_and_the_least_that_would_mend_it() -> None:
    an_agreed_plan()
    a_discharge_team()

    said = text_of(as_(council_lead()).get(url()))

    # 400,000 - 1,912,400; 200,000 - 1,141,600; together 4,600,000 - 3,054,000.
    assert f"The area gains and a payer loses in 1 of 1 scheme: {LINE} " in said
    assert "−£1,512,400.00" in said and "−£941,600.00" in said and "£1,546,000.00" in said
    assert "£546,000.00 to £2,546,000.00" in said
    assert (
        "Wendle Royal Hospital pays £2,454,000.00; NHS South Wendle ICB receives £941,600.00; "
        "NHS Northmere ICB receives £1,512,400.00."
    ) in said
    assert "the agreed plan, as at 1 October 2024, because no books are open yet" in said
    assert "15 lines of which nobody has said who gains" in said


def test_the_aids_stand_behind_details_and_are_called_so() -> None:
    an_agreed_plan()
    a_discharge_team()

    page = as_(council_lead()).get(url())

    html = page.content.decode()
    shares = {aid.code: shares for aid, shares, _ in page.context["aids"]}
    assert "They are aids, never a settlement." in html
    assert html.index("<details") < html.index("Shapley value") < html.index("The evidence")
    assert {sum(each) for each in shares.values()} == {1_546_000_00}
    assert "Better off by themselves" in html or "No group would do better by itself." in html


def test_a_payer_that_has_not_said_what_it_gains_is_not_known_and_nothing_is_concluded() -> None:
    an_agreed_plan()
    gain(hospital(), 4_000_000_00, said_by=the_council())

    found = matrix()
    said = text_of(as_(council_lead()).get(url()))

    assert found.schemes[0].balance.unknown == ["XN1", "XS1"]
    assert "Of 1 nothing can be said yet, because somebody’s gain is not known, or who pays in the end." in said
    assert "The smallest payments" not in said
    assert "They need a scheme of which every payment and gain is known." in said


def test_each_gain_says_who_said_it_when_and_by_what_evidence() -> None:
    an_agreed_plan()
    a_discharge_team()

    said = text_of(as_(national_reader()).get(url()))

    assert "bed days Wendleshire County Council 1 October 2024" in said
    assert "Record what a body gains" not in said


def test_an_area_that_has_nothing_is_told_how_to_begin() -> None:
    the_agreement()
    without_plan = text_of(as_(council_lead()).get(url()))
    form = text_of(as_(council_lead()).get(url("new-benefit")))

    an_agreed_plan()
    without_gains = text_of(as_(council_lead()).get(url()))

    assert "It needs an agreed plan." in without_plan
    assert "A gain belongs to a scheme line of an agreed plan" in form
    assert "Nobody has said yet who gains." in without_gains
    assert "Record a first gain, or take a file of them in." in without_gains


@pytest.mark.requirement("S110")
def test_a_gain_share_is_proposed_where_whoever_would_pay_is_a_party() -> None:
    an_agreed_plan()
    gain(northmere(), 400_000_00)
    gain(south_wendle(), 3_000_000_00)

    page = as_(council_lead()).get(url())
    proposal = page.context["payments"][0][2]
    begun = as_(council_lead()).get(proposal).context["form"].initial["text"]

    assert "Propose a gain-share" in text_of(page)
    assert "to: XS1" in begun
    assert as_(national_reader()).get(url()).context["payments"][0][2] == ""


# -- saying it


def sent(**more: Any) -> dict[str, Any]:
    plan = Plan.objects.get()
    return {"line": f"{plan.pk}/{LINE}", "cashable_pence": "400,000", "evidence": "bed days", **more}


def test_a_body_records_its_own_gain_and_no_other_partner_s() -> None:
    an_agreed_plan()
    client = as_(northmere_lead())

    client.post(url("new-benefit"), sent())
    refused = client.post(url("new-benefit"), sent(body=south_wendle().uuid))

    kept = Benefit.objects.get()
    assert (kept.body, kept.said_by, kept.cashable_pence) == (northmere(), northmere(), 400_000_00)
    assert (kept.non_cashable_pence, kept.year) == (None, YEAR)
    assert refused.status_code == 200
    assert [event.action for event in AuditEvent.objects.filter(subject_uuid=kept.uuid)] == [
        "risk_share.record_benefit"
    ]


def test_the_host_speaks_for_a_provider_and_for_no_other_partner() -> None:
    an_agreed_plan()
    hospital()
    host, other = as_(council_lead()), as_(northmere_lead())

    host.post(url("new-benefit"), sent(provider="rxw"))
    by_partner = text_of(host.post(url("new-benefit"), sent(provider="NHS Northmere ICB")))
    other.post(url("new-benefit"), sent(provider="rxw", cashable_pence="1"))

    kept = {benefit.body: benefit.said_by for benefit in Benefit.objects.all()}
    assert kept == {hospital(): the_council(), northmere(): northmere()}
    assert "is no provider that is known here, or is a partner." in by_partner


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"cashable_pence": ""}, "Say what is gained: an amount, a range, or in words."),
        ({"evidence": ""}, "Say where the gain was seen."),
        ({"cashable_pence": "12k"}, "‘12k’ is not an amount of money."),
        ({"low_pence": "5", "high_pence": "4"}, "The lowest is above the highest. Swap them."),
    ],
)
def test_what_cannot_be_is_told_and_kept_on_the_page(typed: dict[str, str], says: str) -> None:
    an_agreed_plan()

    page = as_(northmere_lead()).post(url("new-benefit"), sent(**typed))

    assert says in text_of(page)
    assert not Benefit.objects.exists()


def test_a_second_gain_of_a_body_on_a_line_is_refused_with_what_to_do() -> None:
    an_agreed_plan()
    gain(northmere(), 1)

    said = text_of(as_(northmere_lead()).post(url("new-benefit"), sent()))

    assert "This body has a benefit on that line and year already. Change that one." in said


def test_a_gain_is_changed_and_one_changed_meanwhile_is_not_written_over() -> None:
    an_agreed_plan()
    kept = gain(northmere(), 1)
    client, page = as_(northmere_lead()), reverse("risk_share:edit-benefit", args=[kept.uuid])
    changed = {"cashable_pence": "7.00", "evidence": "a count", "revision": kept.revision}

    client.post(page, changed)
    said = text_of(client.post(page, {**changed, "cashable_pence": "9.00"}))

    kept.refresh_from_db()
    event = AuditEvent.objects.get(subject_uuid=kept.uuid, action="risk_share.change_benefit")
    assert (kept.cashable_pence, kept.revision) == (700, 2)
    assert "Somebody has changed this benefit since you opened it." in said
    assert (event.before["cashable_pence"], event.after["cashable_pence"]) == (1, 700)


def test_a_gain_is_taken_away_and_the_history_keeps_it() -> None:
    an_agreed_plan()
    kept = gain(northmere(), 1)

    said = text_of(as_(northmere_lead()).post(reverse("risk_share:remove-benefit", args=[kept.uuid]), follow=True))

    assert "is taken away. The history keeps what was said." in said
    assert AuditEvent.objects.get(action="risk_share.remove_benefit").before["cashable_pence"] == 1
    with pytest.raises(StepError, match="was taken away"):
        actions.remove_benefit(**WHO, benefit=kept)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"evidence": ""}, "benefit_says_where_and_by_what"),
        ({"cashable_pence": None, "non_cashable_pence": None}, "benefit_says_something"),
        ({"low_pence": 2, "high_pence": 1}, "benefit_lowest_not_above_highest"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused_by_the_table(values: dict[str, Any], name: str) -> None:
    an_agreed_plan()
    kept = gain(northmere(), 1)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Benefit.objects.filter(pk=kept.pk).update(**values)
    with pytest.raises(ValidationError, match="already"), transaction.atomic():
        gain(northmere(), 2)


# -- files


def file_of(text: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("gains.csv", text.encode())}


def test_the_year_goes_out_as_a_file_and_comes_in_as_the_same() -> None:
    an_agreed_plan()
    a_discharge_team()
    client = as_(council_lead())
    out = client.get(url(), {"format": "csv"}).content.decode()
    rows = list(csv.DictReader(io.StringIO(out)))
    provider = [row for row in rows if row["partner"] == "RXW"]
    Benefit.objects.filter(body=hospital()).delete()
    text = f"scheme,partner,cashable_pence,non_cashable_pence,low_pence,high_pence,evidence\n{LINE},RXW," + ",".join(
        provider[0][name] for name in ("cashable_pence", "non_cashable_pence", "low_pence", "high_pence", "evidence")
    )

    said = text_of(client.post(url("import-benefits"), file_of(text), follow=True))

    assert "1 gain of the file recorded." in said
    assert client.get(url(), {"format": "csv"}).content.decode() == out
    assert [row["pays_pence"] for row in rows] == ["191240000", "114160000", "0"]


def test_a_file_takes_the_place_of_what_was_said_in_one_step_of_the_history() -> None:
    an_agreed_plan()
    gain(northmere(), 1)

    as_(northmere_lead()).post(
        url("import-benefits"), file_of(f"scheme,partner,cashable_pence,evidence\n{LINE},XN1,900,a count\n")
    )

    event = AuditEvent.objects.get(action="risk_share.import_benefits")
    assert Benefit.objects.get().cashable_pence == 900
    assert (event.before["benefits"][0]["cashable_pence"], event.after["benefits"][0]["cashable_pence"]) == (1, 900)


def test_every_fault_of_a_file_is_told_by_cell_and_nothing_is_taken_in() -> None:
    an_agreed_plan()
    wrong = f"scheme,partner,cashable_pence,evidence\n{LINE},XN1,900,a count\n99,XS1,1,seen\n{LINE},ZZZ,1,\n"

    said = text_of(as_(northmere_lead()).post(url("import-benefits"), file_of(wrong)))

    assert "cell A3 (scheme): ‘99’ is the number or name of no one line of the year." in said
    assert "cell B3 (partner): ‘XS1’ is NHS South Wendle ICB, for whom you may not speak." in said
    assert "cell B4 (partner): ‘ZZZ’ is the code or name of nobody here." in said
    assert "cell D4 (evidence): ‘’ has no evidence." in said
    assert not Benefit.objects.exists()


def test_two_rows_of_a_body_on_a_line_are_refused() -> None:
    an_agreed_plan()
    twice = f"scheme,partner,cashable_pence,evidence\n{LINE},XN1,900,a\n{LINE},NHS Northmere ICB,1,b\n"

    said = text_of(as_(northmere_lead()).post(url("import-benefits"), file_of(twice)))

    assert "has two rows on this line. Give each body one row on a line." in said


def test_a_file_of_more_rows_than_a_year_can_have_is_refused_before_they_are_looked_at() -> None:
    an_agreed_plan()
    long = "scheme,partner,evidence\n" + f"{LINE},XN1,a\n" * 5_001

    page = as_(northmere_lead()).post(url("import-benefits"), file_of(long))

    assert "It has 5,001 rows. Send at most 5,000 at once." in text_of(page)
    assert len(page.content) < 100_000


def test_whose_gains_a_person_may_state_is_asked_once_a_body_however_many_rows(
    django_assert_max_num_queries: Any,
) -> None:
    an_agreed_plan()
    client = as_(northmere_lead())
    many = "scheme,partner,evidence\n" + f"{LINE},XN1,a\n" * 200

    with django_assert_max_num_queries(150):
        client.post(url("import-benefits"), file_of(many))


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_the_stakes_are_downloaded_as_a_table(format_: str) -> None:
    an_agreed_plan()
    a_discharge_team()

    answer = as_(council_lead()).get(url(), {"download": format_})

    assert "attachment" in answer["Content-Disposition"]


# -- the ladder comes first


def test_the_area_s_page_begins_with_the_ladder_in_force_and_leads_to_who_gains() -> None:
    an_agreed_plan()
    version = agreed()

    page = as_(national_reader()).get(reverse("risk_share:area", args=[wendleshire().uuid]))
    sheets = text_of(as_(national_reader()).get(reverse("risk_share:ladder", args=[version.uuid])))

    said = text_of(page)
    assert said.index("The ladder") < said.index("Every version") < said.index("Who pays and who gains")
    assert "£500,000 over £200,000.00 £200,000.00 £100,000.00" in said
    assert "North £500,000 under: you receive £185,000" in sheets
    assert "£250,000 over: you pay £92,500" in sheets


def test_a_ladder_that_cannot_be_drawn_says_why() -> None:
    version = agreed()

    page = text_of(as_(national_reader()).get(reverse("risk_share:ladder", args=[version.uuid])))

    assert "Here will stand what each partner pays, variance by variance. A ladder needs" in page


def test_the_books_are_those_of_the_agreement() -> None:
    books = planned_books()

    assert Ledger.objects.get() == books
    assert matrix().year.years == (YEAR,)
