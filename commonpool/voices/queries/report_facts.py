"""What the data of a study know, fact by fact, for reports. A fact that nobody recorded is None, never zero."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial

from django.db.models import Count, Min, Q

from commonpool import __version__
from commonpool.voices.models import (
    Approach,
    Approval,
    Assignment,
    Code,
    CodebookVersion,
    CodingRound,
    Criterion,
    GuideVersion,
    Interview,
    Participant,
    Site,
    Study,
    TeamMember,
    Transcript,
)
from commonpool.voices.models.cases import CaseKind
from commonpool.voices.queries.agreement import facts_of as agreement_facts
from commonpool.voices.queries.codings import blind_since, memos_seen_by, put_by_people
from commonpool.voices.queries.quotations import Quoting, balance
from commonpool.voices.queries.quotations import seen_by as quotations_seen_by
from commonpool.voices.queries.recruitment import flow_of
from commonpool.voices.queries.report_findings import agreed_in_words
from commonpool.voices.queries.themes import themes_view
from commonpool.voices.rules.codebook import Origin
from commonpool.voices.rules.reports import facts as known
from commonpool.voices.rules.reports.facts import StudyFacts, counted, day, listed


def facts_of(member: TeamMember) -> StudyFacts:
    """All facts of the member's study, as far as the member may know them."""
    study = Study.objects.select_related("body").get(pk=member.study_id)
    people = Participant.objects.filter(study=study)
    return StudyFacts(
        title=study.title,
        question=study.question,
        body=str(study.body),
        software=f"Commonpool {__version__}",
        sites=Site.objects.filter(study=study).count(),
        participants=people.count(),
        withdrawn=people.exclude(withdrawn_at=None).count(),
        kinds=people.exclude(organisation_type="").values("organisation_type").distinct().count(),
        roles=people.exclude(role_group="").values("role_group").distinct().count(),
        kind_or_role_not_known=people.filter(Q(organisation_type="") | Q(role_group="")).count(),
        interviews=interviews(study),
        texts=texts(study),
        framework=framework(study),
        versions=versions(study),
        rounds=rounds(study),
        coding=coding(member),
        sampling=sampling(study),
        recruitment=recruitment(study),
        approvals=approvals(study),
        guides=guides(study),
        quoted=quoted(member),
        themes=themes(member),
    )


def interviews(study: Study) -> known.Interviews:
    """The conversations that were held, and what is not known of them."""
    rows = list(Interview.objects.filter(study=study).annotate(people=Count("takings")))
    modes = Counter(row.get_mode_display() for row in rows if row.mode)
    days = sorted(row.held_on for row in rows if row.held_on)
    minutes = sorted(row.minutes for row in rows if row.minutes is not None)
    again = Participant.objects.filter(study=study).annotate(times=Count("takings")).filter(times__gt=1)
    return known.Interviews(
        singles=sum(row.kind == Interview.Kind.SINGLE for row in rows),
        group_sizes=tuple(sorted(row.people for row in rows if row.kind == Interview.Kind.GROUP)),
        modes=tuple(modes.most_common()),
        mode_not_known=sum(not row.mode for row in rows),
        first_on=days[0] if days else None,
        last_on=days[-1] if days else None,
        undated=len(rows) - len(days),
        minutes=tuple(minutes),
        minutes_not_known=len(rows) - len(minutes),
        heard_again=again.count(),
    )


def texts(study: Study) -> known.Texts:
    """Transcripts and notes, and how many have later versions."""
    rows = Transcript.objects.filter(study=study)
    later = rows.filter(is_note=False, newest__number__gt=1)
    return known.Texts(rows.filter(is_note=False).count(), rows.filter(is_note=True).count(), later.count())


def framework(study: Study) -> known.Framework:
    """The codes in use, and where they came from."""
    rows = Code.objects.filter(study=study, is_retired=False)
    origins = Counter(Origin(origin).words for origin in rows.values_list("origin", flat=True))
    return known.Framework(rows.count(), rows.filter(parent=None).count(), tuple(origins.most_common()))


def versions(study: Study) -> tuple[known.Version, ...]:
    """The agreed versions of the framework, in order, with who agreed them by initials."""
    initials = dict(TeamMember.objects.filter(study=study, person__isnull=False).values_list("person", "initials"))
    rows = CodebookVersion.objects.filter(study=study).prefetch_related("agreed_by")
    return tuple(map(partial(_version, initials), rows))


def _version(initials: Mapping[int, str], row: CodebookVersion) -> known.Version:
    agreed = sorted(initials[person.pk] for person in row.agreed_by.all() if person.pk in initials)
    return known.Version(row.label, row.made_at.date(), row.reason, tuple(agreed))


def rounds(study: Study) -> tuple[known.Round, ...]:
    """The rounds of coding, with who was given what; who is finished in an open one is nobody's business here."""
    agreed = {each.round.pk: agreed_in_words(each) for each in agreement_facts(study) if each.before is not None}
    return tuple(_round(each, agreed.get(each.pk)) for each in CodingRound.objects.filter(study=study))


def _round(row: CodingRound, agreed: str | None) -> known.Round:
    given = list(Assignment.objects.filter(round=row).select_related("coder"))
    coders_of = Counter(each.transcript_id for each in given)
    return known.Round(
        name=row.name,
        kind=row.get_kind_display(),
        is_blind=row.is_blind,
        texts=len(coders_of),
        texts_coded_twice=sum(many > 1 for many in coders_of.values()),
        coders=tuple(sorted({each.coder.initials for each in given})),
        closed_on=row.closed_at.date() if row.closed_at else None,
        agreement=agreed,
    )


def coding(member: TeamMember) -> known.Coding:
    """What was coded, as far as the member may see it. Codings that were settled upon are nobody's own."""
    own = put_by_people(member)
    return known.Coding(
        coders=tuple(sorted(set(own.order_by().values_list("coder__initials", flat=True)))),
        codings=own.count(),
        memos=memos_seen_by(member).count(),
        new_codes=_new_codes(own.order_by().values_list("transcript__name", "code", Min("made_at")).distinct()),
        is_partly_blind=blind_since(member) is not None,
    )


def _new_codes(used: Iterable[tuple[str, int, datetime]]) -> tuple[tuple[str, int], ...]:
    """(text, codes that no text coded before it has), in the order in which the texts were first coded."""
    first: dict[str, datetime] = {}
    codes: dict[str, set[int]] = {}
    for name, code, at in used:
        first[name] = min(first.get(name, at), at)
        codes.setdefault(name, set()).add(code)
    seen: set[int] = set()
    found = []
    for name in sorted(codes, key=lambda each: (first[each], each)):
        found.append((name, len(codes[name] - seen)))
        seen |= codes[name]
    return tuple(found)


def quoted(member: TeamMember) -> known.Quoted | None:
    """How many quotations may leave, and whose voices carry them; None where there is none."""
    passing = [each for each in Quoting(member).shown(quotations_seen_by(member)) if each.passes]
    if not passing:
        return None
    found = balance(member, passing)
    largest = [counts[0][1] / found.total if counts else None for counts in (found.people, found.sites)]
    return known.Quoted(found.total, len(found.people), *largest)


def themes(member: TeamMember) -> tuple[known.Theme, ...] | None:
    """Each theme with its sites for and against; None where nobody has written one."""
    rows = themes_view(member, member.study, CaseKind.SITE).rows
    found = tuple(
        known.Theme(row.theme.name, row.theme.statement, not row.theme.is_major, len(row.supporting), len(row.contrary))
        for row in rows
    )
    return found or None


def sampling(study: Study) -> str | None:
    """The criteria by which sites should differ; None where none was set."""
    names = list(Criterion.objects.filter(study=study).values_list("name", flat=True))
    return f"Sites were chosen to differ in {listed([each.lower() for each in names])}." if names else None


def recruitment(study: Study) -> known.Recruitment | None:
    """What the recruitment log knows; None where none was kept."""
    flow = flow_of(study)
    if not flow.asked.approaches:
        return None
    channels = [str(Approach.Channel(part.key).label) for part in flow.channels if part.key]
    return known.Recruitment(
        tuple(channels),
        str(flow.asked.people),
        tuple((str(Approach.Outcome(part.key).label), str(part.people)) for part in flow.outcomes),
        tuple((str(Approach.Reason(part.key).label), str(part.people)) for part in flow.reasons),
    )


def approvals(study: Study) -> tuple[str, ...] | None:
    """Each approval with its reference and day; why none is needed, where somebody said so; None where nobody did."""
    rows = Approval.objects.filter(study=study).select_related("need", "site")
    of_sites: dict[str, list[Approval]] = {}
    for row in rows:
        if row.site is not None:
            of_sites.setdefault(row.need.kind, []).append(row)
    told = (
        *(_approval(row) for row in rows if row.site is None),
        *(
            f"{kind.lower()} for {counted(len({row.site_id for row in held}), 'site')}"
            for kind, held in of_sites.items()
        ),
    )
    if told or not study.why_no_approval:
        return told or None
    return (f"none was needed ({study.why_no_approval.rstrip('.')})",)


def _approval(row: Approval) -> str:
    reference = f", reference {row.reference}" if row.reference else ""
    return f"{row.need.kind.lower()} by {row.body}{reference}, {day(row.granted_on)}"


def guides(study: Study) -> tuple[str, ...] | None:
    """Each version of the topic guide with its number of questions and of interviews; None where none was kept."""
    rows = GuideVersion.objects.filter(study=study).annotate(
        asks=Count("questions", distinct=True), used=Count("interviews", distinct=True)
    )
    return tuple(map(_guide, rows)) or None


def _guide(row: GuideVersion) -> str:
    asks = known.counted(int(getattr(row, "asks", 0)), "question")
    used = known.counted(int(getattr(row, "used", 0)), "interview")
    return f"version {row.number} of {asks} from {day(row.used_from)} ({used} recorded with it)"
