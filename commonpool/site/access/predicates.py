"""Predicates of the list: `(person, **arguments of the address)`, and true for whoever may open the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils import timezone

from commonpool.funds import queries as funds
from commonpool.ledger.queries import access as ledger
from commonpool.people import queries as people
from commonpool.people.models import Person
from commonpool.performance.queries import access as performance
from commonpool.performance.queries import figures_access as figures
from commonpool.performance.queries import views
from commonpool.plans import queries as plans
from commonpool.plans.queries import aims

Predicate = Callable[..., bool]


def today() -> date:
    """The day on which it is asked."""
    return timezone.localdate()


def anyone(person: object, **arguments: Any) -> bool:
    """Strangers too."""
    return True


def nobody(person: object, **arguments: Any) -> bool:
    """A page of a library that we don't offer; as if it did not exist."""
    return False


def signed_in(person: Person, **arguments: Any) -> bool:
    """Whoever has an account: the guard has turned strangers away before it asks."""
    return True


def reads_area(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may see the area that the address names."""
    return people.may_read_area(person, uuid, today())


def writes_plan(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may write plans of the area that the address names."""
    return people.may_write_plan(person, uuid, today())


def speaks_for_partner(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever speaks for a partner of the pooled funds of the area that the address names."""
    return views.may_say_view(person, uuid, today())


def audits_area(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may read the whole history of the area that the address names."""
    return people.may_audit_area(person, uuid, today())


def audits_everything(person: Person, **arguments: Any) -> bool:
    """Whoever may read the history of everything."""
    return people.may_audit_everything(person, today())


def invites(person: Person, **arguments: Any) -> bool:
    """Whoever may invite people to some organisation."""
    return people.may_invite(person, today())


def invites_for_membership(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may invite people to the organisation of the membership that the address names."""
    return people.may_end_membership(person, uuid, today())


def writes_money(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever keeps the pooled funds of the area that the address names."""
    return people.may_write_money(person, uuid, today())


def reads_fund(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may see the area of the fund that the address names."""
    return funds.may_read_fund(person, uuid, today())


def keeps_fund(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever keeps the fund that the address names."""
    return funds.may_keep_fund(person, uuid, today())


def keeps_fund_of_partner(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever keeps the fund of the partner that the address names."""
    return funds.may_keep_fund_of_partner(person, uuid, today())


def keeps_fund_of_signatory(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever keeps the fund whose risk share the provider of the address signs."""
    return funds.may_keep_fund_of_signatory(person, uuid, today())


def reads_version(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may read the plan version that the address names: a body's draft is its own."""
    return plans.may_read_version(person, uuid, today())


def edits_version(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may change the draft that the address names."""
    return plans.may_edit_version(person, uuid, today())


def offers_version(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever writes plans of the area of the version that the address names."""
    return plans.may_offer_version(person, uuid, today())


def answers_version(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may agree for a partner of the area of the version that the address names."""
    return plans.may_answer_version(person, uuid, today())


def keeps_fund_of_version(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever keeps the pooled funds of the area of the version that the address names."""
    return plans.may_open_pool_of(person, uuid, today())


def reads_line(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may read the version that the line of the address is in."""
    return plans.may_read_line(person, uuid, today())


def edits_line(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may change the draft that the line of the address is in."""
    return plans.may_edit_line(person, uuid, today())


def withdraws_line(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever writes plans of the area that the income line of the address belongs to."""
    return plans.may_withdraw_line(person, uuid, today())


def edits_finding(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may change the draft in which the address's finding was found."""
    return plans.may_edit_finding(person, uuid, today())


def edits_change(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may change the draft in which the address's step was done."""
    return plans.may_undo_change(person, uuid, today())


def takes_back(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may agree for the body whose answer the address names."""
    return plans.may_take_back(person, uuid, today())


def reads_upload(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever belongs to the body that sent the upload of the address."""
    return plans.may_read_upload(person, uuid, today())


def reads_books(model: type[Model]) -> Predicate:
    """Whoever may see the area of the books that the address's thing of this kind is part of."""
    return lambda person, uuid, **arguments: ledger.may_read(person, model, uuid, today())


def keeps_books(model: type[Model]) -> Predicate:
    """Whoever keeps the fund whose books the address's thing of this kind is part of."""
    return lambda person, uuid, **arguments: ledger.may_keep(person, model, uuid, today())


def answers_virement(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may agree for a partner of the fund of the virement that the address names."""
    return ledger.may_answer(person, uuid, today())


def on_asks(may: Callable[[Person, UUID, date], bool]) -> Predicate:
    """Whoever `may` lets do it with what the address names: a trust, an ask, another plan, a contract."""
    return lambda person, uuid, **arguments: may(person, uuid, today())


def shares_aims(person: Person, **arguments: Any) -> bool:
    """Whoever writes plans for some organisation."""
    return aims.may_share_aims(person, today())


def loads_published(person: Person, **arguments: Any) -> bool:
    """Whoever may load published figures."""
    return figures.may_load_published(person, today())


def reads_load(person: Person, source: str, number: int, **arguments: Any) -> bool:
    """Whoever may see the load that the address names: published, or of areas of theirs."""
    return figures.may_read_load(person, source, number, today())


def withdraws_load(person: Person, source: str, number: int, **arguments: Any) -> bool:
    """Whoever may load such figures as the address's load has."""
    return figures.may_withdraw_load(person, source, number, today())


def registers_plans(person: Person, **arguments: Any) -> bool:
    """Whoever writes for some body, and so may register a plan of it."""
    return performance.may_register(person, today())
