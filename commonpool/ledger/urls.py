"""This room's addresses, by what they are for."""

from __future__ import annotations

from django.urls import path

from commonpool.ledger.views import (
    accounts,
    closing,
    comparing,
    contributing,
    drawing,
    entries,
    following,
    importing,
    partners,
    pool,
    posting,
    reconciling,
    starting,
    statements,
    virements,
    year_end,
)

app_name = "ledger"

urlpatterns = [
    # --- beginning, and the pool ---
    path("areas/<uuid:uuid>/pool/", starting.area, name="area"),
    path("areas/<uuid:uuid>/pool/open/", starting.open_books, name="open"),
    path("pool/<uuid:uuid>/", pool.pool, name="pool"),
    path("pool/<uuid:uuid>/plan/", starting.take_plan, name="take-plan"),
    path("pool/<uuid:uuid>/pools/new/", starting.add_pool, name="add-pool"),
    # --- reading the books ---
    path("pool/<uuid:uuid>/statement/", statements.statement, name="statement"),
    path("pool/<uuid:uuid>/partners/<uuid:partner>/", partners.partner_statement, name="partner-statement"),
    path("pool/lines/<uuid:uuid>/", following.line, name="line"),
    path("pool/sources/<uuid:uuid>/", following.source, name="source"),
    path("pool/<uuid:uuid>/trial-balance/", accounts.trial_balance, name="trial-balance"),
    path("pool/<uuid:uuid>/memorandum/", accounts.memorandum, name="memorandum"),
    path("pool/<uuid:uuid>/balances/", accounts.balances, name="balances"),
    path("pool/<uuid:uuid>/movement/", comparing.movement, name="movement"),
    path("pool/<uuid:uuid>/outside/", comparing.outside, name="outside"),
    # --- what comes in ---
    path("pool/<uuid:uuid>/contributions/", contributing.contributions, name="contributions"),
    path("pool/<uuid:uuid>/contributions/due/", contributing.post_due, name="post-due"),
    path("pool/<uuid:uuid>/contributions/cash/", contributing.cash, name="cash"),
    path("sources/<uuid:uuid>/schedule/<str:year>/", contributing.schedule, name="schedule"),
    # --- what happened ---
    path("pool/<uuid:uuid>/post/", posting.post, name="post"),
    path("pool/<uuid:uuid>/post/<slug:kind>/", posting.post_kind, name="post-kind"),
    path("pool/<uuid:uuid>/entries/", entries.entries, name="entries"),
    path("entries/<uuid:uuid>/", entries.entry, name="entry"),
    path("entries/<uuid:uuid>/pay/", entries.pay, name="pay"),
    path("entries/<uuid:uuid>/reverse/", entries.reverse_entry, name="reverse"),
    path("entries/<uuid:uuid>/release/", entries.release, name="release"),
    # --- the end of a year ---
    path("pool/<uuid:uuid>/year-end/", year_end.year_end, name="year-end"),
    path("pool/<uuid:uuid>/year-end/next/", year_end.next_year, name="open-year"),
    path("pools/<uuid:uuid>/<str:year>/cover/<slug:category>/", year_end.cover, name="cover"),
    path("pools/<uuid:uuid>/<str:year>/settle/<slug:category>/", year_end.settle, name="settle"),
    path("pools/<uuid:uuid>/<str:year>/carry-forward/<uuid:source>/", year_end.carry_forward, name="carry-forward"),
    path("pools/<uuid:uuid>/<str:year>/give-back/<uuid:source>/", year_end.give_back, name="give-back"),
    path("pools/<uuid:uuid>/<str:year>/pay-back/<uuid:source>/", year_end.pay_back, name="pay-back"),
    # --- partners' files ---
    path("pool/<uuid:uuid>/imports/", importing.imports, name="imports"),
    path("pool/<uuid:uuid>/imports/new/", importing.upload, name="upload"),
    path("imports/<uuid:uuid>/", importing.import_, name="import"),
    path("imports/<uuid:uuid>/mapping/", importing.mapping, name="mapping"),
    path("imports/<uuid:uuid>/read/", importing.read_again, name="read-import"),
    path("imports/<uuid:uuid>/post/", importing.post_import, name="post-import"),
    path("imports/<uuid:uuid>/leave/", importing.leave, name="leave-import"),
    path("imports/<uuid:uuid>/reverse/", importing.reverse_import, name="reverse-import"),
    path("imports/<uuid:uuid>/entries/", importing.import_entries, name="import-entries"),
    # --- periods ---
    path("pool/<uuid:uuid>/periods/", closing.periods, name="periods"),
    path("periods/<uuid:uuid>/", closing.period, name="period"),
    path("periods/<uuid:uuid>/soft-close/", closing.soft_close, name="soft-close"),
    path("periods/<uuid:uuid>/close/", closing.close, name="close"),
    path("periods/<uuid:uuid>/reopen/", closing.reopen, name="reopen"),
    path("periods/<uuid:uuid>/minutes/", closing.minutes, name="minutes"),
    # --- virements ---
    path("pool/<uuid:uuid>/virements/", virements.virements, name="virements"),
    path("pool/<uuid:uuid>/virements/new/", virements.propose, name="propose-virement"),
    path("virements/<uuid:uuid>/", virements.virement, name="virement"),
    path("virements/<uuid:uuid>/answer/", virements.answer, name="answer-virement"),
    path("virements/<uuid:uuid>/withdraw/", virements.withdraw, name="withdraw-virement"),
    path("pool/<uuid:uuid>/limits/", virements.limits, name="limits"),
    path("pool/<uuid:uuid>/limits/new/", virements.set_limit, name="set-limit"),
    # --- drawing ---
    path("pool/<uuid:uuid>/drawing/", drawing.drawing, name="drawing"),
    path("pool/<uuid:uuid>/drawing/policy/", drawing.set_policy, name="set-policy"),
    path("pool/<uuid:uuid>/drawing/ring-fence/", drawing.set_fence, name="set-fence"),
    # --- reconciliation ---
    path("pool/<uuid:uuid>/reconciliations/", reconciling.reconciliations, name="reconciliations"),
    path("pool/<uuid:uuid>/reconciliations/new/", reconciling.reconcile, name="reconcile"),
    path("reconciliations/<uuid:uuid>/", reconciling.reconciliation, name="reconciliation"),
    path("reconciliations/<uuid:uuid>/accept/", reconciling.accept, name="accept-cause"),
    path("reconciliations/<uuid:uuid>/confirmation/", reconciling.confirmation, name="confirmation"),
]
