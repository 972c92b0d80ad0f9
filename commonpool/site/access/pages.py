"""The list: each page by its name, with who may open it. A page that is not in it opens for nobody."""

from __future__ import annotations

from typing import Final

from commonpool.ledger import models as books
from commonpool.performance.queries import access as performance
from commonpool.performance.queries import figures_access as figures
from commonpool.plans.queries import aims
from commonpool.risk_share.queries import access as risk_share
from commonpool.risk_share.queries import recording
from commonpool.site.access.predicates import (
    Predicate,
    answers_version,
    answers_virement,
    anyone,
    audits_area,
    audits_everything,
    edits_change,
    edits_finding,
    edits_line,
    edits_version,
    invites,
    invites_for_membership,
    keeps_books,
    keeps_fund,
    keeps_fund_of_partner,
    keeps_fund_of_signatory,
    keeps_fund_of_version,
    loads_published,
    nobody,
    offers_version,
    on_asks,
    reads_area,
    reads_books,
    reads_fund,
    reads_line,
    reads_load,
    reads_upload,
    reads_version,
    registers_plans,
    shares_aims,
    signed_in,
    speaks_for_partner,
    takes_back,
    withdraws_line,
    withdraws_load,
    writes_money,
    writes_plan,
)
from commonpool.site.access.studies import STUDIES

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
    **STUDIES,
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
