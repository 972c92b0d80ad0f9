"""What pages show of contracts: how far each has come, who has agreed, which one is in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.text import slugify
from django.utils.timezone import localdate

from commonpool.funds.models import Agreement
from commonpool.people.models import Person
from commonpool.places.models import Organisation
from commonpool.risk_share.models import ContractVersion
from commonpool.risk_share.queries.access import bodies_that_agree, contracts_readable_by
from commonpool.risk_share.queries.answers import Answer, answers_to
from commonpool.risk_share.reading.contracts import agreed_from, contract_from
from commonpool.risk_share.rules.contract import Contract
from commonpool.risk_share.rules.performance_payment import PerformancePayment

State = ContractVersion.State
Kind = ContractVersion.Kind


def code_of(body: Organisation) -> str:
    """What a contract calls a partner: the code that people know it by, else its name in lower case."""
    return body.code or slugify(body.name)


def partner_codes(agreement: Agreement, on: date) -> dict[str, str]:
    """code -> name of each party to the agreement on that day: the host, other partners, providers that sign it."""
    return {code_of(body): body.name for body in bodies_that_agree(agreement, on)}


def terms_of(version: ContractVersion) -> Contract:
    """The contract that its text says, of a version that shares a variance.

    Raises NotAContract where a text of old can no longer be read.
    """
    return contract_from(f"Version {version.number}", version.text)


def agreed_terms_of(version: ContractVersion) -> Contract | PerformancePayment:
    """The same of a version of either kind."""
    return agreed_from(f"Version {version.number}", version.text)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a version has come."""

    version: ContractVersion
    answers: tuple[Answer, ...]
    is_in_force: bool

    @property
    def shares(self) -> bool:
        """Whether it shares a variance, and so has a ladder."""
        return self.version.kind == ContractVersion.Kind.SHARING

    @property
    def is_open(self) -> bool:
        """Whether partners still answer, and may take an answer back."""
        return self.version.state is State.OFFERED

    @property
    def agreed(self) -> int:
        """How many partners have agreed."""
        return sum(answer.has_agreed for answer in self.answers)

    @property
    def label(self) -> str:
        """Its state in a word or two."""
        if self.is_in_force:
            return "In force"
        return "Replaced" if self.version.state is State.AGREED else str(self.version.state.label)

    @property
    def sentence(self) -> str:
        """`Offered, agreed by 2 of 3 partners`."""
        version = self.version
        if version.state is State.DRAFT:
            return f"A draft of {version.body.name}, which nobody else can see until it is offered"
        if version.state is State.OFFERED:
            return f"Offered by {version.body.name}, agreed by {self.agreed} of {len(self.answers)} partners"
        if version.state is State.WITHDRAWN:
            return f"Taken back by {version.body.name}: {version.withdrawal_reason}"
        return "Agreed by every partner; " + ("in force" if self.is_in_force else "another one has replaced it")


def standings_of(versions: Sequence[ContractVersion], on: date) -> list[Standing]:
    """How far each of these has come, on a day; in their order."""
    kinds = {(version.agreement, version.kind) for version in versions}
    newest = {(agreement.pk, kind): _in_force(agreement, kind) for agreement, kind in kinds}
    return [
        Standing(
            version,
            tuple(answers_to(version, on)),
            is_in_force=newest[version.agreement_id, version.kind] == version,
        )
        for version in versions
    ]


def _in_force(agreement: Agreement, kind: str) -> ContractVersion | None:
    agreed = ContractVersion.objects.filter(agreement=agreement, kind=kind, agreed_at__isnull=False)
    return agreed.order_by("-agreed_at", "-number").first()


def in_force_on(agreement: Agreement, day: date) -> ContractVersion | None:
    """The sharing of a variance that was in force on a day; where none was agreed by then, the first agreed after."""
    agreed = ContractVersion.objects.filter(agreement=agreement, kind=Kind.SHARING, agreed_at__isnull=False)
    found = list(agreed.select_related("agreement__fund", "body").order_by("agreed_at", "number"))
    before = [each for each in found if each.agreed_at and localdate(each.agreed_at) <= day]
    return before[-1] if before else next(iter(found), None)


def contracts_of(area: Organisation, person: Person, on: date) -> list[Standing]:
    """Every version of the area's funds that the person may read, the newest of each fund first."""
    readable = contracts_readable_by(person, on).filter(agreement__fund__area=area)
    return standings_of(list(readable.order_by("agreement__fund__name", "-agreement__version", "-number")), on)


def names_left_out(contract: Contract, codes: Mapping[str, str]) -> list[str]:
    """Parties to the agreement whom the contract does not name: they bear nothing under it."""
    return [name for code, name in codes.items() if code not in contract.partners]
