"""What each role may do. Plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class Right(StrEnum):
    """One thing that a role may do, inside what its organisation may see."""

    READ_ALL = "read_all"  # every area, not only those of one's organisation
    WRITE_PLAN = "write_plan"
    WRITE_MONEY = "write_money"
    AGREE = "agree"  # give or withdraw the organisation's consent
    INVITE = "invite"
    CODE = "code"  # interviews
    AUDIT = "audit"  # the history of what one may see
    WRITE_OWN = "write_own"  # the organisation's own answers: a trust's, a region's
    LOAD_FIGURES = "load_figures"  # published figures, which every area's charts are made of


class Role(StrEnum):
    """What somebody is for an organisation. Roles of one person add up."""

    BCF_LEAD = "bcf_lead"
    FINANCE_MANAGER = "finance_manager"
    POOL_MANAGER = "pool_manager"
    CHIEF_OFFICER = "chief_officer"
    BOARD_MEMBER = "board_member"
    TRUST_MANAGER = "trust_manager"
    REGIONAL_TEAM = "regional_team"
    NATIONAL_TEAM = "national_team"
    EVALUATOR = "evaluator"
    AUDITOR = "auditor"
    CODER = "coder"
    ADMINISTRATOR = "administrator"
    READER = "reader"

    @property
    def label(self) -> str:
        """As people say it."""
        return LABELS[self]


LABELS: Final = {
    Role.BCF_LEAD: "BCF lead",
    Role.FINANCE_MANAGER: "Finance manager",
    Role.POOL_MANAGER: "Pool manager",
    Role.CHIEF_OFFICER: "Chief officer",
    Role.BOARD_MEMBER: "Board member",
    Role.TRUST_MANAGER: "Trust manager",
    Role.REGIONAL_TEAM: "Regional team",
    Role.NATIONAL_TEAM: "National team",
    Role.EVALUATOR: "Evaluator",
    Role.AUDITOR: "Auditor",
    Role.CODER: "Coder of interviews",
    Role.ADMINISTRATOR: "Administrator of accounts",
    Role.READER: "Reader",
}

RIGHTS: Final = {
    Role.BCF_LEAD: frozenset({Right.WRITE_PLAN}),
    Role.FINANCE_MANAGER: frozenset({Right.WRITE_PLAN, Right.WRITE_MONEY}),
    Role.POOL_MANAGER: frozenset({Right.WRITE_PLAN, Right.WRITE_MONEY}),
    Role.CHIEF_OFFICER: frozenset({Right.AGREE}),
    Role.BOARD_MEMBER: frozenset[Right](),
    Role.TRUST_MANAGER: frozenset({Right.WRITE_OWN}),
    Role.REGIONAL_TEAM: frozenset({Right.READ_ALL, Right.WRITE_OWN, Right.LOAD_FIGURES}),
    Role.NATIONAL_TEAM: frozenset({Right.READ_ALL, Right.WRITE_OWN, Right.LOAD_FIGURES}),
    Role.EVALUATOR: frozenset({Right.READ_ALL, Right.CODE, Right.LOAD_FIGURES}),
    Role.AUDITOR: frozenset({Right.AUDIT}),
    Role.CODER: frozenset({Right.CODE}),
    Role.ADMINISTRATOR: frozenset({Right.INVITE}),
    Role.READER: frozenset[Right](),
}

# A role that changes anything needs a second factor; one that only reads does not.
READING_RIGHTS: Final = frozenset({Right.READ_ALL, Right.AUDIT})


def rights_of(roles: Iterable[str]) -> frozenset[Right]:
    """All that these roles may do together."""
    return frozenset[Right]().union(*(RIGHTS[Role(role)] for role in roles))


def needs_second_factor(roles: Iterable[str]) -> bool:
    """Whether somebody with these roles may change anything, and so must prove twice who they are."""
    return bool(rights_of(roles) - READING_RIGHTS)


# A role that reads every area is given on the command line only: by whoever runs the site, not by one body.
GRANTED_BY_PAGE: Final = tuple(role for role in Role if Right.READ_ALL not in RIGHTS[role])
