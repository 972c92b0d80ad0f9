"""What a study needs to be allowed, what it has, and which interviews nobody has allowed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from commonpool.voices.models import Approval, ApprovalNeed, Interview, Site, Study
from commonpool.voices.rules.approvals import Given, Lack, Need, lacking


@dataclass(frozen=True, slots=True)
class Register:
    """A study's needs and approvals, as the rule takes them; sites are told apart by name, which a study has once."""

    needs: tuple[Need, ...]
    given: tuple[Given, ...]

    def lacking(self, site: Site | None, on: date | None, until: date) -> list[Lack]:
        """What an interview at that site on that day lacks."""
        return lacking(self.needs, self.given, site.name if site else None, on, until)


def register_of(study: Study | int) -> Register:
    """The register of a study, by row or row id."""
    pk = study.pk if isinstance(study, Study) else study
    given = Approval.objects.filter(study=pk).select_related("need", "site")
    return Register(tuple(map(need_of, ApprovalNeed.objects.filter(study=pk))), tuple(map(_given, given)))


def need_of(row: ApprovalNeed) -> Need:
    """A row as the rule takes it."""
    return Need(row.kind, row.is_of_each_site, row.given_by)


def not_covered(study: Study, today: date) -> list[tuple[Interview, list[Lack]]]:
    """The interviews that were recorded and that the approvals of now do not cover."""
    register = register_of(study)
    held = Interview.objects.filter(study=study).select_related("site")
    found = ((each, register.lacking(each.site, each.held_on, today)) for each in held)
    return [(each, lacks) for each, lacks in found if lacks]


def study_lacks(study: Study, today: date) -> list[Lack]:
    """The approvals of the whole study that do not hold today."""
    return [lack for lack in register_of(study).lacking(None, today, today) if not lack.need.is_of_each_site]


def sites_lacking(study: Study, sites: Iterable[Site], today: date) -> list[tuple[Site, list[Lack]]]:
    """The sites at which an approval of their own does not hold today, with what each lacks."""
    register = register_of(study)
    found = [(site, register.lacking(site, today, today)) for site in sites]
    own = [(site, [lack for lack in lacks if lack.need.is_of_each_site]) for site, lacks in found]
    return [(site, lacks) for site, lacks in own if lacks]


def ethics_references(study: Study) -> list[str]:
    """The references of approvals of the whole study, newest last: what reports print."""
    rows = Approval.objects.filter(study=study, site=None).exclude(reference="").order_by("granted_on", "pk")
    return [row.reference for row in rows]


def _given(row: Approval) -> Given:
    return Given(row.need.kind, row.granted_on, row.expires_on, row.site.name if row.site else None)
