"""The only writes to plans: each in one transaction, with its event of history."""

from __future__ import annotations

from commonpool.plans.actions.agreeing import (
    accept_finding,
    answer_offer,
    offer,
    open_pool,
    share_draft,
    take_back_answer,
    withdraw_offer,
)
from commonpool.plans.actions.drafts import copy_version, recheck, start_draft, undo_version
from commonpool.plans.actions.editing import (
    LineConflict,
    add_scheme_line,
    edit_income_line,
    edit_scheme_line,
    remove_scheme_line,
    undo_edit,
)
from commonpool.plans.actions.top_ups import withdraw_top_up
from commonpool.plans.actions.uploads import read_received, receive_upload

__all__ = [
    "LineConflict",
    "accept_finding",
    "add_scheme_line",
    "answer_offer",
    "copy_version",
    "edit_income_line",
    "edit_scheme_line",
    "offer",
    "open_pool",
    "read_received",
    "receive_upload",
    "recheck",
    "remove_scheme_line",
    "share_draft",
    "start_draft",
    "take_back_answer",
    "undo_edit",
    "undo_version",
    "withdraw_offer",
    "withdraw_top_up",
]
