"""Who may see and do what, on a day. Every predicate of the access list ends here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from allauth.mfa.utils import is_mfa_enabled
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from commonpool.people.models import Consent, Membership, Person
from commonpool.people.rules import Right, Role, needs_second_factor, rights_of
from commonpool.places.models import Organisation

# (row ids of organisations, day) -> row ids of the health and wellbeing board areas that they work for.
Relation = Callable[[Collection[int], date], Iterable[int]]
_relations: list[Relation] = []
_readers: list[Relation] = []


def register_relation(relation: Relation) -> None:
    """Announce a way in which organisations belong to areas, such as being partner of a pooled fund there.

    For a room's `AppConfig.ready`. Whoever belongs to such an organisation sees the areas that come back.
    """
    if relation not in _relations:
        _relations.append(relation)


def register_reader(relation: Relation) -> None:
    """Announce a way in which organisations may read areas that they do not work for: they change nothing there.

    For a room's `AppConfig.ready`, as `register_relation`.
    """
    if relation not in _readers:
        _readers.append(relation)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is on a day: roles by organisation row id. Built by `standing_of`."""

    roles: dict[int, frozenset[Role]]

    @property
    def all_roles(self) -> frozenset[Role]:
        """The roles of all their organisations together."""
        return frozenset[Role]().union(*self.roles.values())

    def has(self, right: Right) -> bool:
        """Whether some role of theirs carries the right."""
        return right in rights_of(self.all_roles)

    def bodies_with(self, right: Right) -> frozenset[int]:
        """Row ids of the organisations for which they have the right."""
        return frozenset(body for body, roles in self.roles.items() if right in rights_of(roles))


NOBODY: Final = Standing({})


def standing_of(person: Person, on: date) -> Standing:
    """The person's roles on that day; none for somebody who may not sign in. One query."""
    if not getattr(person, "is_active", False):
        return NOBODY
    roles: dict[int, set[Role]] = {}
    for body, role in memberships_of(person, on).order_by().values_list("organisation_id", "role"):
        roles.setdefault(body, set()).add(Role(role))
    return Standing({body: frozenset(held) for body, held in roles.items()})


def memberships_of(person: Person, on: date) -> QuerySet[Membership]:
    """The memberships that hold on that day."""
    return Membership.objects.filter(person_id=person.pk, starts_on__lte=on).filter(
        Q(ends_on=None) | Q(ends_on__gte=on)
    )


def bodies_of(person: Person, on: date) -> QuerySet[Organisation]:
    """The organisations that the person belongs to."""
    return Organisation.objects.filter(pk__in=standing_of(person, on).roles)


def body_uuids_of(person: Person, on: date) -> frozenset[UUID]:
    """The public ids of the organisations that the person belongs to."""
    return frozenset(bodies_of(person, on).values_list("uuid", flat=True))


def belongs_to(person: Person, organisation: Organisation | UUID, on: date) -> bool:
    """Whether the person belongs to that organisation; drafts of a body are its own until offered."""
    return bodies_of(person, on).filter(uuid=_uuid(organisation)).exists()


def areas_of(person: Person, on: date) -> QuerySet[Organisation]:
    """The health and wellbeing board areas that the person may see, by name."""
    standing = standing_of(person, on)
    areas = Organisation.objects.filter(kind=Organisation.Kind.HWB_AREA).order_by("name", "pk")
    if standing.has(Right.READ_ALL):
        return areas
    read = {area for relation in _readers for area in relation(standing.roles, on)} if standing.roles else set()
    return areas.filter(pk__in=areas_related_to(standing.roles, on) | read)


def own_areas_of(person: Person, on: date) -> QuerySet[Organisation]:
    """The areas that the person's organisations work for: without those that they may only read from above."""
    related = areas_related_to(standing_of(person, on).roles, on)
    return Organisation.objects.filter(pk__in=related).order_by("name", "pk")


def areas_related_to(bodies: Collection[int], on: date) -> frozenset[int]:
    """Row ids of the areas that these organisations work for, by every announced relation."""
    if not bodies:
        return frozenset()
    return frozenset(area for relation in (_same_place, *_relations) for area in relation(bodies, on))


def _same_place(bodies: Collection[int], on: date) -> Iterable[int]:
    """An area itself, and the area of an upper-tier council, whose GSS code it shares."""
    areas = Organisation.objects.filter(kind=Organisation.Kind.HWB_AREA)
    codes = (
        Organisation.objects.filter(pk__in=bodies, kind=Organisation.Kind.UPPER_TIER)
        .exclude(gss_code="")
        .values("gss_code")
    )
    return areas.filter(Q(pk__in=bodies) | Q(gss_code__in=codes)).values_list("pk", flat=True)


def may_read_area(person: Person, area: Organisation | UUID, on: date) -> bool:
    """Whether the person may see that area's pages."""
    return areas_of(person, on).filter(uuid=_uuid(area)).exists()


def may_write_plan(person: Person, area: Organisation | UUID, on: date) -> bool:
    """Whether the person may make and change plans of that area for their organisation."""
    return _may_in_area(person, area, Right.WRITE_PLAN, on)


def may_write_money(person: Person, area: Organisation | UUID, on: date) -> bool:
    """Whether the person may keep the pooled fund and its books in that area."""
    return _may_in_area(person, area, Right.WRITE_MONEY, on)


def may_audit_area(person: Person, area: Organisation | UUID, on: date) -> bool:
    """Whether the person may read that area's whole history."""
    return _may_in_area(person, area, Right.AUDIT, on)


def may_audit_everything(person: Person, on: date) -> bool:
    """Whether the person may read the history of everything: an auditor who also reads every area."""
    standing = standing_of(person, on)
    return standing.has(Right.AUDIT) and standing.has(Right.READ_ALL)


def may_agree_for(person: Person, body: Organisation | UUID, on: date) -> bool:
    """Whether the person may give or withdraw that organisation's consent."""
    return _may_for_body(person, body, Right.AGREE, on)


def may_invite_to(person: Person, organisation: Organisation | UUID, on: date) -> bool:
    """Whether the person may invite people to that organisation and end what they are there."""
    return _may_for_body(person, organisation, Right.INVITE, on)


def may_end_membership(person: Person, membership: UUID, on: date) -> bool:
    """Whether the person looks after the organisation in which that membership is."""
    return Membership.objects.filter(
        uuid=membership, organisation__in=standing_of(person, on).bodies_with(Right.INVITE)
    ).exists()


def may_hand_over_link(person: Person, invited: Person, on: date) -> bool:
    """Whether the person may see the link that opens the invited account, with all its roles.

    Only while nobody has signed in with it, and while every role is in an organisation that the person looks after:
    whoever has the link becomes that account.
    """
    mine = standing_of(person, on).bodies_with(Right.INVITE)
    held = Membership.objects.filter(person=invited).exclude(organisation__in=mine)
    return invited.last_login is None and not held.exists()


def may_invite(person: Person, on: date) -> bool:
    """Whether the person may invite people to some organisation."""
    return standing_of(person, on).has(Right.INVITE)


def bodies_with_right(person: Person, right: Right, on: date) -> QuerySet[Organisation]:
    """The organisations for which the person has that right."""
    return Organisation.objects.filter(pk__in=standing_of(person, on).bodies_with(right)).order_by("name", "pk")


def _may_for_body(person: Person, body: Organisation | UUID, right: Right, on: date) -> bool:
    return bodies_with_right(person, right, on).filter(uuid=_uuid(body)).exists()


def _may_in_area(person: Person, area: Organisation | UUID, right: Right, on: date) -> bool:
    """The right must come from an organisation that works for this very area."""
    related = areas_related_to(standing_of(person, on).bodies_with(right), on)
    return Organisation.objects.filter(pk__in=related, uuid=_uuid(area)).exists()


def _uuid(organisation: Organisation | UUID) -> UUID:
    return organisation.uuid if isinstance(organisation, Organisation) else organisation


def lacks_second_factor(person: Person, on: date) -> bool:
    """Whether the person has a role that writes and only a password."""
    return needs_second_factor(standing_of(person, on).all_roles) and not is_mfa_enabled(person)


def consents_to(kind: str, subject_id: UUID, digest: str | None = None) -> QuerySet[Consent]:
    """The answers that stand, oldest first: to one exact version, or to all versions where no digest is given."""
    standing = Consent.objects.filter(subject_kind=kind, subject_id=subject_id, withdrawn_at=None)
    return (standing if digest is None else standing.filter(subject_digest=digest)).select_related("body", "person")


def organisation_by_code(code: str, kind: str | None = None) -> Organisation:
    """The body that still exists under a GSS, ODS or register code. Raises ValidationError that says what to choose."""
    wanted = code.strip().upper()
    by_code = (
        Organisation.objects.filter(gss_code=wanted)
        | Organisation.objects.filter(ods_code=wanted)
        | Organisation.objects.filter(register_code=wanted)
    )
    found = list((by_code.filter(kind=kind) if kind else by_code).filter(ends_on=None).order_by("kind"))
    if len(found) == 1:
        return found[0]
    if not found:
        raise ValidationError(f"No body has the code ‘{code}’. Load the published lists first, or check the code.")
    kinds = ", ".join(f"{body.kind} ({body.name})" for body in found)
    raise ValidationError(f"‘{code}’ is the code of several bodies. Choose one with --kind: {kinds}.")
