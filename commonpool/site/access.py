"""Who may open what. The list is the guard: a page that is not in it does not open for anybody.

Each view stands here by its name, as "plans:upload", with a predicate `(person, **arguments of the address)`. The
middleware below asks it. `anyone` is the only predicate that strangers pass; every other one is asked about somebody
who has signed in (and who has a second factor, if a role of theirs changes anything).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from commonpool.funds import queries as funds
from commonpool.ledger import models as books
from commonpool.ledger.queries import access as ledger
from commonpool.people import queries as people
from commonpool.people.models import Person
from commonpool.performance.queries import access as performance
from commonpool.performance.queries import figures_access as figures
from commonpool.performance.queries import views
from commonpool.plans import queries as plans
from commonpool.plans.queries import aims
from commonpool.risk_share.queries import access as risk_share
from commonpool.risk_share.queries import recording

log = logging.getLogger(__name__)
Predicate = Callable[..., bool]


def _today() -> date:
    return timezone.localdate()


def anyone(person: object, **arguments: Any) -> bool:
    """Strangers too."""
    return True


def nobody(person: object, **arguments: Any) -> bool:
    """A page of a library that we don't offer; as if it did not exist."""
    return False


def signed_in(person: Person, **arguments: Any) -> bool:
    """Whoever has an account: the guard has turned strangers away before it asks."""
    return True


def reads_area(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may see the area that the address names."""
    return people.may_read_area(person, uuid, _today())


def writes_plan(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may write plans of the area that the address names."""
    return people.may_write_plan(person, uuid, _today())


def speaks_for_partner(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever speaks for a partner of the pooled funds of the area that the address names."""
    return views.may_say_view(person, uuid, _today())


def audits_area(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may read the whole history of the area that the address names."""
    return people.may_audit_area(person, uuid, _today())


def audits_everything(person: Person, **arguments: Any) -> bool:
    """Whoever may read the history of everything."""
    return people.may_audit_everything(person, _today())


def invites(person: Person, **arguments: Any) -> bool:
    """Whoever may invite people to some organisation."""
    return people.may_invite(person, _today())


def invites_for_membership(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may invite people to the organisation of the membership that the address names."""
    return people.may_end_membership(person, uuid, _today())


def writes_money(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever keeps the pooled funds of the area that the address names."""
    return people.may_write_money(person, uuid, _today())


def reads_fund(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may see the area of the fund that the address names."""
    return funds.may_read_fund(person, uuid, _today())


def keeps_fund(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever keeps the fund that the address names."""
    return funds.may_keep_fund(person, uuid, _today())


def keeps_fund_of_partner(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever keeps the fund of the partner that the address names."""
    return funds.may_keep_fund_of_partner(person, uuid, _today())


def keeps_fund_of_signatory(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever keeps the fund whose risk share the provider of the address signs."""
    return funds.may_keep_fund_of_signatory(person, uuid, _today())


def reads_version(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may read the plan version that the address names: a body's draft is its own."""
    return plans.may_read_version(person, uuid, _today())


def edits_version(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may change the draft that the address names."""
    return plans.may_edit_version(person, uuid, _today())


def offers_version(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever writes plans of the area of the version that the address names."""
    return plans.may_offer_version(person, uuid, _today())


def answers_version(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may agree for a partner of the area of the version that the address names."""
    return plans.may_answer_version(person, uuid, _today())


def keeps_fund_of_version(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever keeps the pooled funds of the area of the version that the address names."""
    return plans.may_open_pool_of(person, uuid, _today())


def reads_line(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may read the version that the line of the address is in."""
    return plans.may_read_line(person, uuid, _today())


def edits_line(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may change the draft that the line of the address is in."""
    return plans.may_edit_line(person, uuid, _today())


def withdraws_line(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever writes plans of the area that the income line of the address belongs to."""
    return plans.may_withdraw_line(person, uuid, _today())


def edits_finding(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may change the draft in which the address's finding was found."""
    return plans.may_edit_finding(person, uuid, _today())


def edits_change(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may change the draft in which the address's step was done."""
    return plans.may_undo_change(person, uuid, _today())


def takes_back(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may agree for the body whose answer the address names."""
    return plans.may_take_back(person, uuid, _today())


def reads_upload(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever belongs to the body that sent the upload of the address."""
    return plans.may_read_upload(person, uuid, _today())


def reads_books(model: type[Model]) -> Predicate:
    """Whoever may see the area of the books that the address's thing of this kind is part of."""
    return lambda person, uuid, **arguments: ledger.may_read(person, model, uuid, _today())


def keeps_books(model: type[Model]) -> Predicate:
    """Whoever keeps the fund whose books the address's thing of this kind is part of."""
    return lambda person, uuid, **arguments: ledger.may_keep(person, model, uuid, _today())


def answers_virement(person: Person, uuid: UUID, **arguments: Any) -> bool:
    """Whoever may agree for a partner of the fund of the virement that the address names."""
    return ledger.may_answer(person, uuid, _today())


def on_asks(may: Callable[[Person, UUID, date], bool]) -> Predicate:
    """Whoever `may` lets do it with what the address names: a trust, an ask, another plan, a contract."""
    return lambda person, uuid, **arguments: may(person, uuid, _today())


def shares_aims(person: Person, **arguments: Any) -> bool:
    """Whoever writes plans for some organisation."""
    return aims.may_share_aims(person, _today())


def loads_published(person: Person, **arguments: Any) -> bool:
    """Whoever may load published figures."""
    return figures.may_load_published(person, _today())


def reads_load(person: Person, source: str, number: int, **arguments: Any) -> bool:
    """Whoever may see the load that the address names: published, or of areas of theirs."""
    return figures.may_read_load(person, source, number, _today())


def withdraws_load(person: Person, source: str, number: int, **arguments: Any) -> bool:
    """Whoever may load such figures as the address's load has."""
    return figures.may_withdraw_load(person, source, number, _today())


def registers_plans(person: Person, **arguments: Any) -> bool:
    """Whoever writes for some body, and so may register a plan of it."""
    return performance.may_register(person, _today())


ACCESS: Final[dict[str, Predicate]] = {
    # --- site ---
    "site:health": anyone,
    "site:help": anyone,
    "site:about": anyone,
    "site:accessibility": anyone,
    "site:home": signed_in,
    "site:hide": signed_in,
    "site:area": reads_area,
    "site:area_history": audits_area,
    "site:history": audits_everything,
    # --- pages ---
    "pages:glossary": anyone,
    "pages:explain": signed_in,  # each question has its own predicate, asked again for every part
    # --- places: published facts, for everybody who has an account ---
    "places:list": signed_in,
    "places:organisation": signed_in,
    "places:overlap": signed_in,
    "places:restate": signed_in,
    "places:recut": signed_in,
    "places:files": signed_in,
    "places:odd_rows": signed_in,
    # --- policy: public, as policy is ---
    "policy:rounds": anyone,
    "policy:round": anyone,
    "policy:diff": anyone,
    "policy:metrics": anyone,
    "policy:metric": anyone,
    # --- people ---
    "people:people": invites,
    "people:invite": invites,
    "people:end": invites_for_membership,
    "people:accept": anyone,  # whoever has the link
    # --- funds ---
    "funds:area": reads_area,
    "funds:create": writes_money,
    "funds:fund": reads_fund,
    "funds:add-partner": keeps_fund,
    "funds:end-partner": keeps_fund_of_partner,
    "funds:add-signatory": keeps_fund,
    "funds:end-signatory": keeps_fund_of_signatory,
    "funds:agreement": keeps_fund,
    # --- plans ---
    "plans:all": signed_in,  # each person's list has the versions that they may read
    "plans:plan": reads_area,
    "plans:kinds": reads_area,  # of the versions that each person may read
    "plans:public": anyone,  # shows agreed versions only
    "plans:versions": reads_area,
    "plans:upload": writes_plan,
    "plans:start": writes_plan,
    "plans:template": reads_area,
    "plans:template-file": reads_area,
    "plans:progress": reads_upload,
    "plans:version": reads_version,
    "plans:money": reads_version,
    "plans:findings": reads_version,
    "plans:annotated": offers_version,  # the file has names and addresses
    "plans:as-workbook": offers_version,
    "plans:compare": reads_version,
    "plans:copy": offers_version,
    "plans:undo-version": edits_version,
    "plans:share": edits_version,
    "plans:sign-off": reads_version,
    "plans:offer": edits_version,
    "plans:withdraw": offers_version,
    "plans:answer": answers_version,
    "plans:take-back": takes_back,
    "plans:open-pool": keeps_fund_of_version,
    "plans:accept": edits_finding,
    "plans:line": reads_line,
    "plans:edit-line": edits_line,
    "plans:add-line": edits_version,
    "plans:remove-line": edits_line,
    "plans:aims": signed_in,  # each person's list has the aims that they may read
    "plans:share-aim": shares_aims,
    "plans:aim": on_asks(aims.may_read_aim),
    "plans:edit-aim": on_asks(aims.may_edit_aim),
    "plans:withdraw-aim": on_asks(aims.may_edit_aim),
    "plans:aims-of-plan": on_asks(aims.may_read_aims_of),
    "plans:add-priority": on_asks(aims.may_add_priority),
    "plans:edit-plan-aim": on_asks(aims.may_edit_plan_aim),
    "plans:leave-out-aim": on_asks(aims.may_edit_plan_aim),
    "plans:income-line": reads_line,
    "plans:edit-income": edits_line,
    "plans:withdraw-top-up": withdraws_line,
    "plans:undo-change": edits_change,
    # --- ledger: partners' files; what waits to be posted is shown to whoever keeps the books ---
    "ledger:imports": reads_books(books.Ledger),
    "ledger:upload": keeps_books(books.Ledger),
    "ledger:import": reads_books(books.Import),
    "ledger:mapping": keeps_books(books.Import),
    "ledger:read-import": keeps_books(books.Import),
    "ledger:post-import": keeps_books(books.Import),
    "ledger:leave-import": keeps_books(books.Import),
    "ledger:reverse-import": keeps_books(books.Import),
    "ledger:import-entries": reads_books(books.Import),
    # --- ledger: periods ---
    "ledger:periods": reads_books(books.Ledger),
    "ledger:period": reads_books(books.Period),
    "ledger:soft-close": keeps_books(books.Period),
    "ledger:close": keeps_books(books.Period),
    "ledger:reopen": keeps_books(books.Period),
    "ledger:minutes": reads_books(books.Period),
    # --- ledger: virements ---
    "ledger:virements": reads_books(books.Ledger),
    "ledger:propose-virement": keeps_books(books.Ledger),
    "ledger:virement": reads_books(books.Virement),
    "ledger:answer-virement": answers_virement,
    "ledger:withdraw-virement": keeps_books(books.Virement),
    "ledger:limits": reads_books(books.Ledger),
    "ledger:set-limit": keeps_books(books.Ledger),
    # --- ledger: drawing ---
    "ledger:drawing": reads_books(books.Ledger),
    "ledger:set-policy": keeps_books(books.Ledger),
    "ledger:set-fence": keeps_books(books.Ledger),
    # --- ledger: reconciliation ---
    "ledger:reconciliations": reads_books(books.Ledger),
    "ledger:reconcile": keeps_books(books.Ledger),
    "ledger:reconciliation": reads_books(books.Reconciliation),
    "ledger:accept-cause": keeps_books(books.Reconciliation),
    "ledger:confirmation": reads_books(books.Reconciliation),
    # --- ledger: reading the books ---
    "ledger:statement": reads_books(books.Ledger),
    "ledger:partner-statement": reads_books(books.Ledger),
    "ledger:line": reads_books(books.LedgerLine),
    "ledger:source": reads_books(books.LedgerSource),
    "ledger:trial-balance": reads_books(books.Ledger),
    "ledger:memorandum": reads_books(books.Ledger),
    "ledger:balances": reads_books(books.Ledger),
    "ledger:movement": reads_books(books.Ledger),
    "ledger:outside": reads_books(books.Ledger),
    # --- ledger: beginning, what comes in, what happened, the end of a year ---
    "ledger:area": reads_area,
    "ledger:open": writes_money,
    "ledger:pool": reads_books(books.Ledger),
    "ledger:take-plan": keeps_books(books.Ledger),
    "ledger:add-pool": keeps_books(books.Ledger),
    "ledger:contributions": reads_books(books.Ledger),
    "ledger:post-due": keeps_books(books.Ledger),
    "ledger:cash": keeps_books(books.Ledger),
    "ledger:schedule": keeps_books(books.LedgerSource),
    "ledger:post": keeps_books(books.Ledger),
    "ledger:post-kind": keeps_books(books.Ledger),
    "ledger:entries": reads_books(books.Ledger),
    "ledger:entry": reads_books(books.Entry),
    "ledger:pay": keeps_books(books.Entry),
    "ledger:reverse": keeps_books(books.Entry),
    "ledger:release": keeps_books(books.Entry),
    "ledger:year-end": reads_books(books.Ledger),
    "ledger:open-year": keeps_books(books.Ledger),
    "ledger:cover": keeps_books(books.Pool),
    "ledger:settle": keeps_books(books.Pool),
    "ledger:carry-forward": keeps_books(books.Pool),
    "ledger:give-back": keeps_books(books.Pool),
    "ledger:pay-back": keeps_books(books.Pool),
    # --- performance: figures that are held; published ones are for everybody who has an account ---
    "performance:figures": signed_in,  # each person's list has the loads that they may see
    "performance:source": signed_in,
    "performance:load": reads_load,
    "performance:upload-figures": loads_published,
    "performance:upload-progress": on_asks(figures.may_read_upload),
    "performance:upload-own": writes_plan,
    "performance:withdraw-load": withdraws_load,
    "performance:chart": signed_in,  # of what somebody types or sends; nothing is kept
    # --- performance: what moved ---
    "performance:everywhere": signed_in,  # published figures only
    "performance:board": reads_area,
    "performance:metric": reads_area,
    "performance:begin-phase": writes_plan,
    "performance:take-back-phase": writes_plan,
    "performance:back-test": signed_in,  # published figures of all areas
    "performance:say-view": speaks_for_partner,
    "performance:take-back-view": speaks_for_partner,
    "performance:all-areas": signed_in,  # what is not for publication is never in it
    "performance:compare": signed_in,
    # --- performance: what plans ask of trusts ---
    "performance:trusts": signed_in,  # each person's list has the trusts that they may see
    "performance:clashes": signed_in,  # between the plans that each person may read
    "performance:trust": on_asks(performance.may_read_trust),
    "performance:trust-board": signed_in,  # published figures only
    "performance:trust-metric": signed_in,
    "performance:process": on_asks(performance.may_read_trust),
    "performance:propose": on_asks(performance.may_propose),
    "performance:state-beds": on_asks(performance.may_speak_for_trust),
    "performance:edit-beds": on_asks(performance.may_keep_beds),
    "performance:remove-beds": on_asks(performance.may_keep_beds),
    "performance:area": reads_area,
    "performance:version": reads_version,
    "performance:add-ask": edits_version,
    "performance:ask": on_asks(performance.may_read_ask),
    "performance:edit-ask": on_asks(performance.may_edit_ask),
    "performance:remove-ask": on_asks(performance.may_edit_ask),
    "performance:undo": on_asks(performance.may_undo),
    # --- performance: one process for several plans ---
    "performance:shared": on_asks(performance.may_read_shared),
    "performance:withdraw-shared": on_asks(performance.may_withdraw_shared),
    "performance:answer-offer": on_asks(performance.may_answer_offer),
    "performance:keep-own": on_asks(performance.may_keep_own),
    "performance:follow-shared": on_asks(performance.may_lift_own),
    "performance:take-back": on_asks(performance.may_take_back),
    # --- performance: plans beside the fund's, which are published ---
    "performance:others": signed_in,
    "performance:other": signed_in,
    "performance:register-other": registers_plans,
    "performance:edit-other": on_asks(performance.may_keep_other),
    "performance:add-statement": on_asks(performance.may_keep_other),
    "performance:edit-statement": on_asks(performance.may_keep_statement),
    "performance:remove-statement": on_asks(performance.may_keep_statement),
    "performance:except-plan": on_asks(performance.may_except),
    "performance:lift-exception": on_asks(performance.may_lift),
    # --- risk share: a draft is its body's own until it is offered ---
    "risk_share:area": reads_area,  # each person's list has the contracts that they may read
    "risk_share:settlement": reads_area,
    "risk_share:transition": reads_area,  # nothing of what is sent is kept
    "risk_share:trying": reads_area,  # on the contracts that each person may read
    "risk_share:headroom": reads_area,  # keeps nothing of what is typed
    "risk_share:what-if": reads_area,  # of the agreed plan, which whoever reads the area may read
    "risk_share:benefits": reads_area,
    "risk_share:new-benefit": on_asks(recording.may_record_in),
    "risk_share:import-benefits": on_asks(recording.may_record_in),
    "risk_share:edit-benefit": on_asks(recording.may_change_benefit),
    "risk_share:remove-benefit": on_asks(recording.may_change_benefit),
    "risk_share:ladder": on_asks(risk_share.may_read_contract),
    "risk_share:new": on_asks(risk_share.may_write_in),
    "risk_share:form-new": on_asks(risk_share.may_write_in),
    "risk_share:guide": signed_in,  # how to write a contract: the same for everybody
    "risk_share:contract-schema": signed_in,
    "risk_share:futures-schema": signed_in,
    "risk_share:contract": on_asks(risk_share.may_read_contract),
    "risk_share:payment": on_asks(risk_share.may_read_contract),  # works out what is typed and keeps nothing
    "risk_share:text": on_asks(risk_share.may_read_contract),
    "risk_share:edit": on_asks(risk_share.may_edit_contract),
    "risk_share:form-edit": on_asks(risk_share.may_edit_contract),
    "risk_share:remove": on_asks(risk_share.may_edit_contract),
    "risk_share:offer": on_asks(risk_share.may_edit_contract),
    "risk_share:withdraw": on_asks(risk_share.may_withdraw_contract),
    "risk_share:answer": on_asks(risk_share.may_answer_contract),
    "risk_share:take-back": on_asks(risk_share.may_take_back),
    "risk_share:propose-settlement": on_asks(risk_share.may_settle),
    "risk_share:kept": on_asks(risk_share.may_read_settlement),
    "risk_share:letter": on_asks(risk_share.may_read_settlement),
    "risk_share:answer-settlement": on_asks(risk_share.may_answer_settlement),
    "risk_share:take-back-settlement-answer": on_asks(risk_share.may_take_back_settlement_answer),
    "risk_share:withdraw-settlement": on_asks(risk_share.may_keep_settlement),
    "risk_share:post-settlement": on_asks(risk_share.may_keep_settlement),
    "risk_share:undo-settlement": on_asks(risk_share.may_keep_settlement),
    # --- allauth: sign-in ---
    "account_login": anyone,
    "account_logout": anyone,
    "account_signup": anyone,  # answers that accounts come by invitation
    "account_inactive": anyone,
    "account_reset_password": anyone,
    "account_reset_password_done": anyone,
    "account_reset_password_from_key": anyone,
    "account_reset_password_from_key_done": anyone,
    "account_email_verification_sent": anyone,
    "account_confirm_email": anyone,
    "account_change_password": signed_in,
    "account_set_password": signed_in,
    "account_reauthenticate": signed_in,
    "mfa_authenticate": anyone,
    "mfa_login_webauthn": anyone,
    "mfa_reauthenticate": signed_in,
    "mfa_reauthenticate_webauthn": signed_in,
    "mfa_index": signed_in,
    "mfa_activate_totp": signed_in,
    "mfa_deactivate_totp": signed_in,
    "mfa_view_recovery_codes": signed_in,
    "mfa_generate_recovery_codes": signed_in,
    "mfa_download_recovery_codes": signed_in,
    "mfa_list_webauthn": signed_in,
    "mfa_add_webauthn": signed_in,
    "mfa_edit_webauthn": signed_in,
    "mfa_remove_webauthn": signed_in,
    "openid_connect_login": anyone,
    "openid_connect_callback": anyone,
    "socialaccount_login_cancelled": anyone,
    "socialaccount_login_error": anyone,
    "account_email": nobody,  # an address is what the invitation named
    "account_confirm_login_code": nobody,
    "socialaccount_signup": nobody,
    "socialaccount_connections": nobody,
}

# Open before the second factor is set up, because they set it up, or leave.
SETTING_UP: Final = frozenset(
    name for name in ACCESS if name.startswith(("mfa_", "account_")) and name != "account_set_password"
)


class Guard:
    """Middleware: default deny, by the list above."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; the question is asked in `process_view`, once the address is known.

        What somebody sees when signed in is kept by no cache: the next person at a shared computer may press Back.
        """
        response = self.get_response(request)
        if isinstance(request.user, Person):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Let the request pass (None), send it to sign in or to set up the second factor, or refuse it."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        predicate = ACCESS.get(name)
        if predicate is None:
            log.error("%s is not in the access list, so nobody may open it", name or view)
        if predicate is None or predicate is nobody:
            raise Http404
        if predicate is anyone:
            return None
        person = request.user
        if isinstance(person, Person) and person.is_demonstration and not settings.COMMONPOOL_DEMO:
            logout(request)  # the session began in a demonstration, and has outlived it
            return redirect_to_login("/")
        if not isinstance(person, Person):
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
        if name not in SETTING_UP and not _is_exempt(person) and _lacks_second_factor(person):
            return redirect("mfa_index")
        if not predicate(person, **kwargs):
            raise PermissionDenied
        return None


def _is_exempt(person: Person) -> bool:
    """Invented people, in the demonstration, which is shown on loopback only."""
    return settings.COMMONPOOL_DEMO and person.is_demonstration


def _lacks_second_factor(person: Person) -> bool:
    return people.lacks_second_factor(person, _today())
