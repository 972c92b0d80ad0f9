"""The lists of this room: asks, trusts, clashes, other plans."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from commonpool.pages import formats
from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.performance.queries.rows import AskRow
from commonpool.performance.queries.trust import ClashRow, TrustLine, TrustPage
from commonpool.performance.rules.asks import Aspect, Difference, in_words
from commonpool.performance.rules.clashes import Clash, Measure

STATES = {"draft": "Draft", "offered": "Offered", "agreed": "Agreed"}


def _aspect(aspect: Aspect) -> Callable[[AskRow], str]:
    return lambda row: in_words(row.terms, aspect)


def _state(row: AskRow) -> str:
    return STATES.get(row.version.state, row.version.get_state_display())


def _money(row: AskRow) -> str:
    """The year's money in words; nothing where no line is named."""
    if not row.amounts and not row.missing:
        return ""
    said = f"{formats.money_text(row.pence)} in {row.year}"
    return f"{said}; line {', '.join(row.missing)} is no longer in the plan" if row.missing else said


def terms_html(row: AskRow) -> SafeString:
    """The terms in force, one under the other, those that are not said left out; which plan has adopted what."""
    said = [(aspect.label, in_words(row.terms, aspect)) for aspect in Aspect]
    shown = [("For", row.ask.get_applies_to_display()), *(each for each in said if each[1] != "not said")]
    shared = SafeString("")
    if row.offer and row.is_shared:
        since = formats.day_text(row.offer.offer.shared.starts_on)
        shared = format_html('<strong class="govuk-tag govuk-tag--green">Shared process</strong> from {}', since)
    return format_html("{}{}", shared, _lines(shown))


def _lines(pairs: Iterable[tuple[str, str]]) -> SafeString:
    """Labels with their words, one under the other."""
    return format_html(
        '<ul class="govuk-list cp-terms">{}</ul>',
        format_html_join("", '<li><span class="cp-quiet">{}:</span> {}</li>', pairs),
    )


def _wants(row: AskRow) -> list[tuple[str, str]]:
    """What the ask wants beside how it is done: a target, beds, money; those that it does not want left out."""
    found = (("Target", row.target.words if row.target else ""), ("Beds", row.beds_words), ("Money", _money(row)))
    return [(label, words) for label, words in found if words]


def _wants_html(row: AskRow) -> SafeString:
    found = _wants(row)
    return _lines(found) if found else format_html("{}", "None")


def _days(row: AskRow) -> str:
    return f"{formats.day_text(row.ask.starts_on)} to {formats.day_text(row.ends_on)}"


def _difference_words(page: TrustPage) -> Callable[[AskRow], str]:
    def words(row: AskRow) -> str:
        found = page.differences_of(row)
        return "; ".join(_said(each, row) for each in found) if found else "nothing"

    return words


def _said(each: Difference, row: AskRow) -> str:
    others = [held for held in each.held if row.plan not in held.plans]
    told = ", ".join(f"‘{held.words}’ in {' and '.join(plan.name for plan in held.plans)}" for held in others)
    return f"{each.aspect.label.lower()}: {told}"


def _difference_html(page: TrustPage) -> Callable[[AskRow], str]:
    def html(row: AskRow) -> SafeString:
        found = page.differences_of(row)
        if not found:
            return format_html("{}", "Nothing")
        rows = (("Differs", _said(each, row)) for each in found)
        lines = format_html_join("", '<li><strong class="cp-differs">{}</strong> {}</li>', rows)
        return format_html('<ul class="govuk-list cp-terms">{}</ul>', lines)

    return html


def trust_asks(page: TrustPage) -> ListPage:
    """Every plan's asks of one trust, with the differences in words."""
    return ListPage(
        "asks-of-the-trust",
        "What every plan asks",
        (
            Column("process", "Process", lambda row: row.process, link=_ask_link, filter=Filter.CHOICE),
            Column("plan", "Plan", lambda row: row.plan.name, filter=Filter.CHOICE),
            Column("share", "Share of patients", lambda row: row.share, Kind.SHARE),
            Column("state", "State", _state, filter=Filter.CHOICE, is_in_files_only=True),
            Column("terms", "Terms", _all_terms, show=terms_html, is_sortable=False),
            *(
                Column(aspect.value, aspect.label, _aspect(aspect), is_in_files_only=True, is_sortable=False)
                for aspect in Aspect
            ),
            Column("differs", "Differs in", _difference_words(page), show=_difference_html(page), is_sortable=False),
            *_more_of_ask(),
        ),
        empty="No plan that you may read asks anything of this trust yet. An ask appears here when its plan is "
        "offered, or at once where it is your own organisation’s draft.",
        noun="asks",
    )


def _all_terms(row: AskRow) -> str:
    return "; ".join(f"{aspect.label}: {in_words(row.terms, aspect)}" for aspect in Aspect)


def _wants_text(row: AskRow) -> str:
    return "; ".join(f"{label}: {words}" for label, words in _wants(row)) or "none"


def _ask_link(row: AskRow) -> str:
    return reverse("performance:ask", args=[row.ask.uuid])


def _more_of_ask() -> Iterable[Column]:
    yield Column("wants", "Target, beds, money", _wants_text, show=_wants_html, is_sortable=False)
    yield Column("when_asked", "From, until", _days, is_sortable=False)
    for name, header, value, kind in (
        ("for", "For which patients", lambda row: row.ask.get_applies_to_display(), Kind.TEXT),
        ("target", "Target", lambda row: row.target.words if row.target else "none", Kind.TEXT),
        ("beds", "Beds", lambda row: row.beds_words or "none", Kind.TEXT),
        ("money", "Money of the year", lambda row: row.pence if row.amounts else None, Kind.MONEY),
        ("from", "First day", lambda row: row.ask.starts_on, Kind.DATE),
        ("until", "Last day", lambda row: row.ends_on, Kind.DATE),
        ("why", "Why", lambda row: row.ask.reason, Kind.TEXT),
    ):
        narrows = Filter.CHOICE if name == "for" else None
        yield Column(name, header, value, kind, filter=narrows, is_in_files_only=True)


VERSION_ASKS = ListPage(
    "asks-of-the-plan",
    "What this version asks of trusts",
    (
        Column("process", "Process", lambda row: row.process, link=_ask_link, filter=Filter.CHOICE),
        Column("trust", "Trust", lambda row: row.ask.trust.name, filter=Filter.CHOICE),
        Column("share", "Share of the trust’s patients", lambda row: row.share, Kind.SHARE),
        Column("terms", "Terms", _all_terms, show=terms_html, is_sortable=False),
        *_more_of_ask(),
    ),
    empty="This version asks nothing of a trust yet. While it is a draft, whoever writes the plan can add it here.",
    noun="asks",
)


TRUSTS = ListPage(
    "trusts",
    "Trusts",
    (
        Column("trust", "Trust", lambda row: row.trust.name, link=lambda row: _trust_link(row), filter=Filter.TEXT),
        Column("plans", "Plans that ask", lambda row: row.plans, Kind.NUMBER),
        Column("asks", "Asks", lambda row: row.asks, Kind.NUMBER),
    ),
    empty="No plan that you may read asks anything of a trust yet. Whoever writes a plan adds it under the plan’s "
    "area, in the tab ‘Trusts’.",
    noun="trusts",
    sort="trust",
)


def _trust_link(row: TrustLine) -> str:
    return reverse("performance:trust", args=[row.trust.uuid])


def amount_words(clash: Clash) -> str:
    """By how much, in the clash's own unit; "no amount" where that is no number."""
    if clash.amount is None:
        return "no amount"
    if clash.measure is Measure.PENCE:
        return formats.money_text(int(clash.amount))
    value = clash.amount if isinstance(clash.amount, int) else clash.amount.normalize() + Decimal(0)
    return f"{formats.number_text(value)} {clash.measure.value}"


CLASHES = ListPage(
    "clashes",
    "Clashes between plans",
    (
        Column("what", "What", lambda row: row.clash.kind.label, filter=Filter.CHOICE),
        Column("about", "About", lambda row: row.clash.subject, filter=Filter.TEXT),
        Column(
            "trust",
            "Trust",
            lambda row: row.trust.name if row.trust else "no one trust",
            link=lambda row: _clash_link(row),
            filter=Filter.CHOICE,
        ),
        Column("plans", "Plans", lambda row: ", ".join(plan.name for plan in row.clash.plans), filter=Filter.TEXT),
        Column("amount", "By how much", lambda row: amount_words(row.clash), is_sortable=False),
        Column("said", "Why", lambda row: row.clash.said, is_sortable=False),
        Column("do", "What to do", lambda row: row.clash.to_do, is_sortable=False),
    ),
    empty="No two plans that you may read clash: they count no money, bed or target twice, and ask no trust for what "
    "cannot both be done.",
    noun="clashes",
)


def _clash_link(row: ClashRow) -> str | None:
    return reverse("performance:trust", args=[row.trust.uuid]) if row.trust else None


OTHERS = ListPage(
    "other-plans",
    "Plans beside the fund’s",
    (
        Column(
            "name",
            "Plan",
            lambda row: row.plan.name,
            link=lambda row: reverse("performance:other", args=[row.plan.uuid]),
            filter=Filter.TEXT,
        ),
        Column("kind", "Kind", lambda row: row.plan.get_kind_display(), filter=Filter.CHOICE),
        Column("owner", "Of", lambda row: row.plan.owner.name, filter=Filter.CHOICE),
        Column("from", "First day", lambda row: row.plan.starts_on, Kind.DATE),
        Column("until", "Last day", lambda row: row.plan.ends_on, Kind.DATE),
        Column("says", "Statements", lambda row: row.statements, Kind.NUMBER),
    ),
    empty="No other plan is registered yet. Whoever writes for a body can register a published plan of it here.",
    noun="plans",
    sort="name",
)
