"""Which body a row of a published file means: found by its codes, or made."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from commonpool.places.models import Dataset, FormerCode, Organisation, Succession
from commonpool.places.recipes import read_yaml

GSS: Final = re.compile(r"[A-Z]\d{8}")
ODS: Final = re.compile(r"[A-Z0-9]{3,6}")


class NoBody(ValueError):  # noqa: N818 - read in sentences
    """A row's codes do not name one body. Its text says why."""


class Registry:
    """All bodies by kind and code, former codes included. One load has one."""

    def __init__(self) -> None:
        self._by_code: dict[tuple[str, str, str], Organisation] = {}
        for organisation in Organisation.objects.all():
            self._note(organisation)
        for former in FormerCode.objects.select_related("organisation"):
            self._by_code.setdefault((former.organisation.kind, "gss", former.gss_code), former.organisation)
        self._successions = {
            (row.predecessor_id, row.successor_id, row.on): row for row in Succession.objects.select_related("dataset")
        }

    def find(self, kind: str, *, gss: str = "", ods: str = "", register: str = "") -> Organisation | None:
        """The body that these codes name, None where none does. Raises NoBody where they name two."""
        asked = [("gss", gss), ("ods", ods), ("register", register)]
        found = {body.pk: body for scheme, code in asked if code and (body := self._by_code.get((kind, scheme, code)))}
        if len(found) > 1:
            raise NoBody(
                f"{gss} and {ods or register} are recorded as two bodies, "
                f"{' and '.join(sorted(body.name for body in found.values()))}; correct one of their codes"
            )
        return next(iter(found.values()), None)

    def resolve(self, kind: str, name: str, *, gss: str = "", ods: str = "", register: str = "") -> Organisation:
        """The body that these codes name, made if it is new, its missing codes filled in.

        Raises NoBody for a code that cannot be one, and where the codes name two bodies.
        """
        _check(gss, ods)
        if not name:
            raise NoBody(f"{gss or ods} has no name in this row")
        body = self.find(kind, gss=gss, ods=ods, register=register)
        if body is None:
            body = self._make(kind, name, gss, ods, register)
        elif (ods and not body.ods_code) or (register and not body.register_code):
            body.ods_code, body.register_code = body.ods_code or ods, body.register_code or register
            body.save(update_fields=["ods_code", "register_code"])
        if gss and gss != body.gss_code:
            self._recode(body, gss)
        self._note(body)
        return body

    def add_former_code(self, body: Organisation, gss: str) -> None:
        """Record a code that the body had before."""
        if GSS.fullmatch(gss) and gss != body.gss_code:
            FormerCode.objects.get_or_create(organisation=body, gss_code=gss)
            self._by_code.setdefault((body.kind, "gss", gss), body)

    def live(self, body: Organisation, starts_on: date | None = None, ends_on: date | None = None) -> None:
        """Fill in a body's first and last day where they are not known yet."""
        changed = []
        if starts_on and not body.starts_on and (not body.ends_on or starts_on <= body.ends_on):
            body.starts_on = starts_on
            changed.append("starts_on")
        if ends_on and not body.ends_on and (not body.starts_on or ends_on >= body.starts_on):
            body.ends_on = ends_on
            changed.append("ends_on")
        if changed:
            body.save(update_fields=changed)

    def succeed(self, before: Organisation, after: Iterable[Organisation], on: date, dataset: Dataset) -> None:
        """Record that a body was followed by others on a day: wholly by one, by an unknown share each of several."""
        successors = list(after)
        self._end(before, on - timedelta(days=1))
        whole = Fraction(1) if len(successors) == 1 else None
        for successor in successors:
            row = self._successions.get((before.pk, successor.pk, on))
            if row is None:
                row = Succession(predecessor=before, successor=successor, on=on, source=dataset.title, dataset=dataset)
                row.share_parts = row.share_whole = 1 if whole else None
                row.save()
                self._successions[before.pk, successor.pk, on] = row
            elif row.dataset and row.dataset.superseded_at:
                # The revision says it again: it counts as the revision's.
                row.dataset = dataset
                row.save(update_fields=["dataset"])

    def _end(self, body: Organisation, last_day: date) -> None:
        """Fill in a last day; it also stands before the one that law gave the whole kind of body, if it is earlier."""
        of_the_kind = read_yaml("bodies.yaml")["kinds"].get(body.kind, {}).get("ends_on")
        if body.ends_on and body.ends_on == of_the_kind and last_day < body.ends_on:
            body.ends_on = None
        self.live(body, ends_on=last_day)

    def _make(self, kind: str, name: str, gss: str, ods: str, register: str) -> Organisation:
        whole_kind = read_yaml("bodies.yaml")["kinds"].get(kind, {})
        return Organisation.objects.create(
            kind=kind, name=name[:200], gss_code=gss, ods_code=ods, register_code=register, **whole_kind
        )

    def _recode(self, body: Organisation, gss: str) -> None:
        # Codes of one kind of area are given out in rising order, so the higher is the later.
        if gss > body.gss_code:
            earlier, body.gss_code = body.gss_code, gss
            body.save(update_fields=["gss_code"])
            gss = earlier
        self.add_former_code(body, gss)

    def _note(self, body: Organisation) -> None:
        for scheme, code in (("gss", body.gss_code), ("ods", body.ods_code), ("register", body.register_code)):
            if code:
                self._by_code[body.kind, scheme, code] = body


def _check(gss: str, ods: str) -> None:
    if gss and not GSS.fullmatch(gss):
        raise NoBody(f"‘{gss}’ is not a code of nine characters such as E06000001")
    if ods and not ODS.fullmatch(ods):
        raise NoBody(f"‘{ods}’ is not an ODS code such as R0A or QYG")
    if not gss and not ods:
        raise NoBody("it has no code")
