"""Where a contract can start: every form can be read for any partners, and shares what they pay in."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.risk_share.reading.contracts import contract_from
from commonpool.risk_share.rules.contract import Shares
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.settling import LineVariance, settle
from commonpool.risk_share.rules.starting import FORMS, StartPartner, start_text

HOST = StartPartner("E10000001", "The county council", 43_00)
OTHER = StartPartner("QX1", "NHS Somewhere ICB", 57_00)
names = st.text(st.characters(exclude_categories=("Cc", "Cn", "Cs", "Zl", "Zp")), min_size=1, max_size=20).filter(
    lambda name: name.strip() == name and "\ufeff" not in name
)
pence = st.none() | st.integers(0, 10**11)
partners = st.lists(
    st.builds(StartPartner, st.from_regex(r"[A-Z]\d{1,8}", fullmatch=True), names, pence),
    min_size=2,
    max_size=6,
    unique_by=lambda each: each.code,
)


@given(form=st.sampled_from(list(FORMS)), those=partners, variance=st.integers(-(10**9), 10**9))
def test_every_form_can_be_read_and_leaves_nothing_unallocated(
    form: str, those: list[StartPartner], variance: int
) -> None:
    contract = contract_from("start", start_text(form, those), {each.code: each.name for each in those})

    found = settle(contract, [LineVariance("1", 10**9, variance)], dict.fromkeys(contract.measures, Fraction(1, 2)))

    assert contract.title == FORMS[form]
    assert list(contract.partners) == [each.code for each in those]
    assert (found.unallocated_pence, found.variance_pence) == (0, variance)


def shares_of(*those: StartPartner) -> dict[str, Fraction]:
    [part] = contract_from("start", start_text("a", those)).parts
    sharing = part.overspend.layers[0].sharing
    assert isinstance(sharing, Shares)
    return dict(sharing.shares)


def test_shares_are_what_the_partners_pay_in() -> None:
    assert shares_of(HOST, OTHER) == {"E10000001": Fraction("0.43"), "QX1": Fraction("0.57")}


def test_shares_are_equal_and_said_to_be_where_a_contribution_is_not_known() -> None:
    unknown = StartPartner("QX2", "NHS Elsewhere ICB")

    assert shares_of(HOST, unknown) == {"E10000001": Fraction("0.5"), "QX2": Fraction("0.5")}
    assert "# The shares below are equal, because what each pays in is not known." in start_text("a", [HOST, unknown])


def test_nobody_shares_alone() -> None:
    with pytest.raises(ContractError, match="needs two partners"):
        start_text("a", [HOST])


def test_a_form_that_there_is_not_is_refused() -> None:
    with pytest.raises(ContractError, match="There is no form ‘z’"):
        start_text("z", [HOST, OTHER])
