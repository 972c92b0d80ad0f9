"""What every view of this room needs of a request, and how it answers a step that was refused."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from commonpool.funds.models import Agreement
from commonpool.people.actions import ConsentError
from commonpool.people.asking import person_of as person_of
from commonpool.people.asking import today as today
from commonpool.people.asking import who_and_when as who_and_when
from commonpool.places.models import Organisation
from commonpool.plans.forms import AnswerForm
from commonpool.risk_share.errors import StepError
from commonpool.risk_share.models import ContractVersion
from commonpool.risk_share.queries.access import bodies_to_answer_for
from commonpool.risk_share.reading.contracts import NotAContract
from commonpool.risk_share.reading.nodes import fraction_of
from commonpool.risk_share.rules.contract import Contract

TAB: Final = "risk_share:area"


def area_or_404(uuid: UUID) -> Organisation:
    """The health and wellbeing board area of that id."""
    return get_object_or_404(Organisation, uuid=uuid, kind=Organisation.Kind.HWB_AREA)


def version_or_404(uuid: UUID) -> ContractVersion:
    """The contract of that id, with its agreement and area."""
    related = ("agreement__fund__area", "body", "made_by")
    return get_object_or_404(ContractVersion.objects.select_related(*related), uuid=uuid)


def of_area(area: Organisation, *below: tuple[str, str], **more: Any) -> dict[str, Any]:
    """What every page of an area's contracts says of it: the way here, the tab, whether it is invented."""
    own = reverse(TAB, args=[area.uuid]) if below else ""
    trail = [("Home", "/"), (area.name, reverse("site:area", args=[area.uuid])), ("Risk share", own), *below]
    return {"area": area, "is_invented": area.is_invented, "trail": trail, "current_tab": TAB, **more}


def of_version(version: ContractVersion, *below: tuple[str, str], **more: Any) -> dict[str, Any]:
    """What every page of one contract says of it."""
    own = reverse("risk_share:contract", args=[version.uuid]) if below else ""
    here = (f"Version {version.number}", own)
    return of_area(version.agreement.fund.area, here, *below, version=version, **more)


def reason_given(request: HttpRequest) -> str:
    """Why a step is taken, as it was typed, without the one letter that no database keeps."""
    return request.POST.get("reason", "").replace("\0", "")


def told(request: HttpRequest, step: Callable[[], object]) -> bool:
    """Take a step that a button asks for; what is refused becomes a message. True where it was taken."""
    try:
        step()
    except NotAContract as faults:
        messages.error(request, " ".join(map(str, faults.findings)))
    except (StepError, ConsentError) as refused:
        messages.error(request, str(refused))
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
    else:
        return True
    return False


def answer_given(
    request: HttpRequest, agreement: Agreement, give: Callable[..., object], back: HttpResponse
) -> HttpResponse:
    """Take one partner's answer to what was put to it, as its form was sent; what is refused becomes a message.

    give  takes who and when, `body`, `verdict` and `reason`
    """
    form = AnswerForm(request.POST, bodies=bodies_to_answer_for(person_of(request), agreement, today()))
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(str(error) for error in errors))
        return back
    said = {name: form.cleaned_data[name] for name in ("body", "verdict", "reason")}
    if told(request, lambda: give(**who_and_when(request), **said)):
        messages.success(request, f"The answer of {said['body'].name} is recorded.")
    return back


def measures_asked(given: QueryDict, contract: Contract) -> tuple[dict[str, Fraction], list[dict[str, Any]]]:
    """The results that an address or a form gives to a contract's measures, and the boxes to type them in.

    A result is `measure-CODE=80%` or `0.8`; what is no share from 0 to 1 is shown back with what to write.
    """
    found: dict[str, Fraction] = {}
    boxes = []
    for code, label in contract.measures.items():
        typed = given.get(f"measure-{code}", "").strip()
        share = fraction_of(typed) if typed else None
        is_share = share is not None and 0 <= share <= 1
        if is_share:
            found[code] = cast(Fraction, share)
        wrong = f"‘{typed}’ is no result. Write a share from 0% to 100%." if typed and not is_share else ""
        boxes.append({"name": f"measure-{code}", "label": label, "typed": typed, "wrong": wrong})
    return found, boxes
