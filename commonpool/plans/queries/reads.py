"""What pages show of a plan: its standing in a sentence, its findings by cause, a line's history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from commonpool.audit.models import AuditEvent
from commonpool.audit.queries import Wanted, events
from commonpool.findings import WORST_FIRST, Finding, Severity
from commonpool.funds import queries as funds
from commonpool.people import queries as people
from commonpool.people.models import Consent, Person
from commonpool.places.models import Organisation
from commonpool.plans.models import IncomeLine, PlanVersion, SchemeLine, StoredFinding, Upload
from commonpool.plans.queries.access import versions_readable_by

State = PlanVersion.State


def version_named(uuid: UUID) -> PlanVersion:
    """The version of that id, with what its pages need. Raises PlanVersion.DoesNotExist."""
    related = ("plan__area", "body", "created_by", "based_on")
    return PlanVersion.objects.select_related(*related).get(uuid=uuid)


def upload_named(uuid: UUID) -> Upload:
    """The upload of that id. Raises Upload.DoesNotExist."""
    return Upload.objects.select_related("area", "body", "version__plan").get(uuid=uuid)


def newest_readable(person: Person, area: Organisation, on: date, round_id: str | None = None) -> PlanVersion | None:
    """The version to show first: of the newest round, what is in use before what is over, the newest first."""
    readable = versions_readable_by(person, on).filter(plan__area=area)
    if round_id:
        readable = readable.filter(plan__round_id=round_id)
    in_use = readable.filter(state__in=[State.DRAFT, State.OFFERED, State.AGREED])
    by_round = ("-plan__round_id", "-number")
    return in_use.order_by(*by_round).first() or readable.exclude(state=State.UNDONE).order_by(*by_round).first()


@dataclass(frozen=True, slots=True)
class Answer:
    """One partner's place in the agreement of a version: its standing answer, or None while it has not answered."""

    body: Organisation
    consent: Consent | None

    @property
    def has_agreed(self) -> bool:
        """Whether the partner said yes to this exact version."""
        return self.consent is not None and self.consent.verdict == Consent.Verdict.AGREED


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a version has come: each partner's answer, and how many findings of each severity it has."""

    version: PlanVersion
    answers: tuple[Answer, ...]
    errors: int
    warnings: int
    accepted: int
    notes: int

    @property
    def agreed(self) -> int:
        """How many partners have agreed."""
        return sum(answer.has_agreed for answer in self.answers)

    @property
    def sentence(self) -> str:
        """`Draft v7`, `Version 7, offered, agreed by 2 of 4`."""
        version = self.version
        if version.state == State.DRAFT:
            shared = "shared with the partners" if version.shared_at else f"private to {version.body.name}"
            return f"Draft v{version.number}, {shared}"
        if version.state == State.OFFERED:
            return f"Version {version.number}, offered, agreed by {self.agreed} of {len(self.answers)}"
        if version.state == State.AGREED:
            return f"Version {version.number}, agreed by every partner"
        return f"Version {version.number}, {version.get_state_display().lower()}"

    @property
    def may_be_offered(self) -> bool:
        """Whether nothing that was found stands against an offer."""
        return self.version.state == State.DRAFT and not self.errors and self.warnings == self.accepted


def standing_of(version: PlanVersion, on: date) -> Standing:
    """How far a version has come, on a day."""
    consents = {}
    if version.digest:
        consents = {each.body_id: each for each in people.consents_to(funds.PLAN_VERSION, version.uuid, version.digest)}
    day = version.agreed_at.date() if version.agreed_at else on
    bodies = funds.bodies_that_agree(version.plan.area, day)
    counts = version.findings.aggregate(
        errors=Count("pk", filter=Q(severity="error")),
        warnings=Count("pk", filter=Q(severity="warning")),
        accepted=Count("pk", filter=Q(severity="warning", accepted_by__isnull=False)),
        notes=Count("pk", filter=Q(severity="note")),
    )
    return Standing(version, tuple(Answer(body, consents.get(body.pk)) for body in bodies), **counts)


def as_finding(stored: StoredFinding) -> Finding:
    """A stored finding as the plain value that rules make and annotated workbooks carry."""
    return Finding(
        stored.rule,
        Severity(stored.severity),
        stored.problem,
        stored.fix,
        stored.sheet,
        stored.cell,
        stored.field,
        stored.found,
    )


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings of one cause: one rule, with what to do, and every place where it was broken."""

    rule: str
    severity: str
    findings: tuple[StoredFinding, ...]

    @property
    def open_warnings(self) -> int:
        """How many of them still want a reason."""
        return sum(each.severity == "warning" and each.accepted_by_id is None for each in self.findings)


def finding_groups(version: PlanVersion) -> list[FindingGroup]:
    """The findings of a version by cause, the gravest first, then in the order of the rules."""
    groups: dict[tuple[str, str], list[StoredFinding]] = {}
    for finding in version.findings.select_related("accepted_by"):
        groups.setdefault((finding.severity, finding.rule), []).append(finding)
    rank = {severity.value: place for place, severity in enumerate(WORST_FIRST)}
    made = [FindingGroup(rule, severity, tuple(found)) for (severity, rule), found in groups.items()]
    return sorted(made, key=lambda group: rank[group.severity])


@dataclass(frozen=True, slots=True)
class Trouble:
    """What stands between a plan and its being complete, beside findings: a sentence and the lines it is about."""

    sentence: str
    lines: tuple[SchemeLine, ...]


def troubles(lines: Sequence[SchemeLine]) -> list[Trouble]:
    """Lines without an agreed bearer of a loss: while there are any, the plan cannot claim to be complete."""
    without = tuple(line for line in lines if line.loss_bearer_id is None)
    if not without:
        return []
    many = len(without) != 1
    return [Trouble(f"{len(without)} line{'s have' if many else ' has'} no agreed bearer of a loss", without)]


def history_of_line(line: SchemeLine | IncomeLine, person: Person, on: date) -> QuerySet[AuditEvent]:
    """Who changed this line, and what, newest first: in every version of the plan that has it and the person may read.

    A draft is its body's own, and so is what was done in it before it was shared or offered.
    """
    model: Any = type(line)
    readable = versions_readable_by(person, on).filter(plan=line.version.plan)
    same = list(model.objects.filter(version__in=readable, line_id=line.line_id).values_list("uuid", flat=True))
    visible = events(Wanted(bodies=people.body_uuids_of(person, on)))
    return visible.filter(subject_kind=model._meta.label_lower, subject_uuid__in=same)
