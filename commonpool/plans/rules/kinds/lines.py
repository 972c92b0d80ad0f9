"""Rules of a funded line: what its type, its share and its source ask of it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from commonpool.findings import Finding
from commonpool.plans.rules.content import LIST_OF, SchemeRow
from commonpool.plans.rules.kinds.money import condition
from commonpool.plans.rules.subject import Outcome, Subject, percent
from commonpool.plans.rules.wording import finding
from commonpool.policy.rules import Check, Entry

_NAMES: Final = {
    "scheme_type": "scheme type",
    "sub_type": "sub-type",
    "area_of_spend": "area of spend",
}


def list_by_source(subject: Subject, check: Check) -> Outcome:
    """Lines of some sources buy only some scheme types. parameters: sources, scheme_types (codes)."""
    allowed = check.parameters["scheme_types"]
    found = tuple(
        finding(
            check,
            "outside",
            line.at("scheme_type"),
            line=line.line_id,
            source=subject.source_label(line.source),
            found=subject.label("scheme_types", line.scheme_type),
            allowed=subject.labels("scheme_types", allowed),
        )
        for line in subject.lines
        if line.source in check.parameters["sources"]
        and line.scheme_type is not None
        and line.scheme_type not in allowed
    )
    return Outcome(found)


def other_text(subject: Subject, check: Check) -> Outcome:
    """Whatever is chosen as "Other" says what it is. parameters: fields, {field of a list: field of its text}."""
    wanted: dict[str, str] = check.parameters["fields"]
    asks = {
        field: {entry.code: entry for entry in subject.round.lists[LIST_OF[field]].entries if entry.needs_text}
        for field in wanted
        if LIST_OF[field] in subject.round.lists
    }
    found = []
    for line in subject.lines:
        lacking: dict[str, tuple[str, Entry]] = {}
        for field, entries in asks.items():
            entry = entries.get(getattr(line, field))
            if entry and not getattr(line, wanted[field]).strip():
                lacking.setdefault(wanted[field], (field, entry))
        found += [_text_missing(subject, check, line, text, *why) for text, why in lacking.items()]
    return Outcome(tuple(found))


def _text_missing(subject: Subject, check: Check, line: SchemeRow, text: str, field: str, entry: Entry) -> Finding:
    others = subject.round.lists[LIST_OF[field]].entries
    allowed = [one.label for one in others if one.parent == entry.parent and not one.needs_text]
    return finding(
        check,
        "missing",
        line.at(text),
        line=line.line_id,
        found=entry.label,
        list=_NAMES.get(field, field),
        field=subject.header("expenditure", text),
        allowed="; ".join(allowed) or "another one",
    )


def joint_share(subject: Subject, check: Check) -> Outcome:
    """A joint line has a share between nothing and all; a line of one commissioner has none to choose.

    parameters: shares, {commissioner's code: "all", "none" or "share"}
    """
    means = check.parameters["shares"]
    joint = subject.labels("commissioner", [code for code, share in means.items() if share == "share"])
    alone = subject.labels("commissioner", [code for code, share in means.items() if share != "share"])
    found = []
    for line in subject.lines:
        share = line.nhs_share
        mean = means.get(line.commissioner or "")
        if mean == "share" and not (share is not None and 0 < share < 1):
            place = line.at("nhs_share")
            if share is None and place.text is not None:
                continue  # it held something that could not be read, which the reader has said
            found.append(finding(check, "joint", place, **_said(line), alone=alone.replace("; ", " or ")))
        elif mean in ("all", "none") and share is not None and share != int(mean == "all"):
            place = line.at("nhs_share")
            commissioner, allowed = subject.label("commissioner", line.commissioner), "100%" if mean == "all" else "0%"
            words = {"commissioner": commissioner, "allowed": allowed, "joint": joint}
            found.append(finding(check, "alone", place, **_said(line), **words))
    return Outcome(tuple(found))


def _said(line: SchemeRow) -> dict[str, str]:
    return {"line": line.line_id, "found": percent(line.nhs_share)}


def outputs(subject: Subject, check: Check) -> Outcome:
    """A line that spends has an output above zero where its type has a unit."""
    year = subject.year
    units = _units(subject)
    found = []
    for line in subject.lines:
        unit = units.get(line.sub_type or "") or units.get(line.scheme_type or "")
        planned = line.outputs.get(year)
        if not unit or not line.pence.get(year) or (planned is not None and planned > 0):
            continue
        if planned is None and line.text_of("outputs", year) is not None:
            continue  # it held something that could not be read, which the reader has said
        found.append(
            finding(
                check,
                "missing",
                line.at("outputs", year),
                line=line.line_id,
                type=subject.label("scheme_types", line.scheme_type),
                year=year,
                found="empty" if planned is None else f"{planned.normalize():f}",
                unit=unit,
            )
        )
    return Outcome(tuple(found))


def _units(subject: Subject) -> dict[str, str]:
    lists = (subject.round.lists["scheme_types"], subject.round.lists["sub_types"])
    return {entry.code: entry.unit for one in lists for entry in one.entries if entry.unit}


def comment_needed(subject: Subject, check: Check) -> Outcome:
    """Lines of some sources with an unusual choice say why. parameters: sources, unusual {field: codes}."""
    unusual: dict[str, list[str]] = check.parameters["unusual"]
    found = []
    for line in subject.lines:
        if line.source not in check.parameters["sources"] or line.comment.strip():
            continue
        field = next((field for field, codes in unusual.items() if getattr(line, field) in codes), None)
        if field:
            found.append(_comment_missing(subject, check, line, field, unusual[field]))
    return Outcome(tuple(found))


def _comment_missing(subject: Subject, check: Check, line: SchemeRow, field: str, unusual: list[str]) -> Finding:
    others = [one.label for one in subject.round.lists[LIST_OF[field]].entries if one.code not in unusual]
    return finding(
        check,
        "missing",
        line.at(field),
        line=line.line_id,
        source=subject.source_label(line.source),
        found=subject.label(LIST_OF[field], getattr(line, field)),
        list=field,
        field=subject.header("expenditure", "comment"),
        allowed="; ".join(others),
    )


def line_ids(subject: Subject, check: Check) -> Outcome:
    """Each funded line has an ID that no other line has."""
    ids = [line.line_id.casefold() for line in subject.lines if line.line_id]
    if len(set(ids)) == len(ids):
        return Outcome()
    by_id: dict[str, list[SchemeRow]] = defaultdict(list)
    for line in subject.lines:
        if line.line_id:
            by_id[line.line_id.casefold()].append(line)
    found = []
    for lines in by_id.values():
        first = lines[0].at("line_id")
        where = f"{first.sheet}, cell {first.cell}" if first.cell else f"‘{lines[0].name}’"
        for line in lines[1:]:
            said: dict[str, Any] = {"found": line.line_id, "count": len(lines), "first": where}
            found.append(finding(check, "twice", line.at("line_id"), **said))
    return Outcome(tuple(found))


def objective_named(subject: Subject, check: Check) -> Outcome:
    """Every line names an objective (S11)."""
    allowed = "; ".join(entry.label for entry in subject.round.lists["objectives"].entries)
    found = tuple(
        finding(check, "none", line.at("objectives"), line=line.line_id, allowed=allowed)
        for line in subject.lines
        if not line.objectives and line.text_of("objectives") is None
    )
    return Outcome(found)


def objective_served(subject: Subject, check: Check) -> Outcome:
    """Every objective of the round is served by a line (S11)."""
    served = {code for line in subject.lines for code in line.objectives}
    if any(not line.objectives for line in subject.lines):
        return Outcome((), condition(check, None))
    place = subject.content.table_at("expenditure", subject.header("expenditure", "objectives"))
    found = tuple(
        finding(check, "unserved", place, found=entry.label)
        for entry in subject.round.lists["objectives"].entries
        if entry.code not in served
    )
    return Outcome(found, condition(check, not found))


def redirected(subject: Subject, check: Check) -> Outcome:
    """Money tagged as redirected says from what (S79). parameters: tag (its code)."""
    others = [entry.label for entry in subject.round.lists["funding_kind"].entries]
    own = subject.label("funding_kind", check.parameters["tag"])
    allowed = "; ".join(label for label in others if label != own)
    field = subject.header("expenditure", "redirected_from")
    found = tuple(
        finding(check, "from_nothing", line.at("redirected_from"), line=line.line_id, field=field, allowed=allowed)
        for line in subject.lines
        if line.funding_kind == check.parameters["tag"] and not line.redirected_from.strip()
    )
    return Outcome(found)


def sub_type_needed(subject: Subject, check: Check) -> Outcome:
    """A line whose type has sub-types names one."""
    children: dict[str, list[str]] = defaultdict(list)
    for entry in subject.round.lists["sub_types"].entries:
        children[entry.parent or ""].append(entry.label)
    found = tuple(
        finding(
            check,
            "empty",
            line.at("sub_type"),
            line=line.line_id,
            type=subject.label("scheme_types", line.scheme_type),
            allowed="; ".join(children[line.scheme_type]),
        )
        for line in subject.lines
        if line.scheme_type in children and line.sub_type is None and line.text_of("sub_type") is None
    )
    return Outcome(found)
