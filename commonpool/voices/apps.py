"""The room `voices`: what people say, how it is coded, and how far coders agree."""

from __future__ import annotations

from typing import Final

from django.apps import AppConfig

WORDS: Final = {
    "voices.begin_study": "began a study of interviews",
    "voices.change_study": "changed what a study says of itself",
    "voices.add_member": "added somebody to a study’s team",
    "voices.remove_member": "took somebody off a study’s team",
    "voices.add_site": "added a site to a study",
    "voices.change_site": "changed a site of a study",
    "voices.set_levels": "said how a site differs from others",
    "voices.add_participant": "added a participant to a study",
    "voices.change_participant": "changed what is kept of a participant",
    "voices.record_interview": "recorded an interview",
    "voices.change_interview": "changed what is kept of an interview",
    "voices.remove_site": "took a site out of a study",
    "voices.remove_participant": "took a participant out of a study",
    "voices.remove_interview": "took an interview out of a study",
    "voices.remove_approach": "took an entry out of a recruitment log",
    "voices.forget_removed": "let go for good what was taken out of a study",
    "voices.put_back_removed": "put back what was taken out of a study",
    "voices.add_criterion": "added a criterion for choosing sites",
    "voices.change_criterion": "changed a criterion for choosing sites",
    "voices.remove_criterion": "took a criterion for choosing sites away",
    "voices.set_cell_target": "set how many sites of two levels a study wants",
    "voices.keep_candidates": "took in a list of places that might become sites",
    "voices.log_approach": "logged that somebody was asked to take part",
    "voices.change_approach": "changed an entry of a recruitment log",
    "voices.make_guide": "made a version of a topic guide",
    "voices.change_member": "changed somebody’s part in a study",
    "voices.need_approval": "listed an approval that a study needs",
    "voices.no_longer_needed": "took an approval off the list of those needed",
    "voices.record_approval": "recorded an approval of a study",
    "voices.change_approval": "changed an approval of a study",
    "voices.remove_approval": "took an approval away",
    "voices.keep_transcript": "took a transcript in",
    "voices.send_texts": "sent texts to be looked at",
    "voices.read_texts_again": "had texts read in another encoding",
    "voices.put_texts_aside": "put texts aside that were sent",
    "voices.undo_import": "took texts out again",
    "voices.take_keys_out": "wrote the keys to interviews to a file",
    "voices.bring_keys_back": "brought keys to interviews back from a file",
    "voices.record_consent": "recorded what a participant agreed to",
    "voices.withdraw": "withdrew a participant, and destroyed the key to their words",
    "voices.look_after_withdrawal": "looked at something after a withdrawal",
    "voices.correct_text": "corrected a text",
    "voices.undo_version": "undid a correction of a text",
    "voices.confirm_coding": "looked at a coding that a correction touched",
    "voices.adjust_coding": "moved a coding that a correction touched",
    "voices.map_speakers": "said who speaks in a text",
    "voices.change_codebook": "changed a study’s codebook",
    "voices.agree_version": "agreed a version of a study’s codebook",
    "voices.recode": "sent codings to the codes that took the place of theirs",
    "voices.undo_recoding": "put codings back to the code that they had",
    "voices.code": "coded a passage",
    "voices.uncode": "took a coding away",
    "voices.put_back": "put a coding back",
    "voices.open_round": "opened a coding round",
    "voices.assign": "gave a coder a transcript to code",
    "voices.take_off": "took a transcript off a coder",
    "voices.mark_done": "marked a transcript as coded",
    "voices.mark_not_done": "went back to coding a transcript",
    "voices.close_round": "closed a coding round",
    "voices.send_project": "sent a project of another program to be looked at",
    "voices.read_project_as": "said how a project of another program is to be read",
    "voices.import_project": "brought in a project of another program",
    "voices.forget_asides": "destroyed what an imported project had left aside",
    "voices.put_project_aside": "put a project of another program aside",
    "voices.undo_project": "took a project of another program out again",
    "voices.export_project": "wrote a study for another program",
    "voices.release_table": "released a version of Table 1",
    "voices.reopen_round": "opened a coding round again",
    "voices.make_matrix": "made a framework matrix",
    "voices.change_matrix": "changed a framework matrix",
    "voices.remove_matrix": "took a framework matrix away",
    "voices.put_matrix_back": "put a framework matrix back",
    "voices.write_cell": "wrote a cell of a framework matrix",
    "voices.note_coding": "wrote a memo on a coding",
    "voices.write_memo": "wrote a memo",
    "voices.change_memo": "changed a memo",
    "voices.remove_memo": "took a memo away",
    "voices.put_memo_back": "put a memo back",
    "voices.tag_turn": "put a tag on a turn",
    "voices.untag_turn": "took a tag off a turn",
    "voices.put_tag_back": "put a tag back on a turn",
    "voices.mark_read": "marked turns as read",
    "voices.mark_through": "said whether a transcript is done",
    "voices.new_version": "made another version of a text",
    "voices.begin_identity_review": "looked through a text for what gives people away",
    "voices.decide_identities": "decided what to take out of a text",
    "voices.take_identities_out": "took identities out of a text",
    "voices.end_identity_review": "ended a look through a text",
    "voices.list_name": "put a name on a study’s list",
    "voices.unlist_name": "took a name off a study’s list",
    "voices.relist_name": "put a name back on a study’s list",
    "voices.forget_earlier_wordings": "destroyed the words of earlier versions",
    "voices.write_theme": "wrote a theme",
    "voices.change_theme": "changed a theme",
    "voices.remove_theme": "took a theme away",
    "voices.put_theme_back": "put a theme back",
    "voices.mark_evidence": "marked a passage for a theme or against it",
    "voices.make_typology": "made a typology",
    "voices.assign_types": "gave cases their types",
    "voices.remove_typology": "took a typology away",
    "voices.put_typology_back": "put a typology back",
    "voices.quote": "chose a passage to quote",
    "voices.reword_quotation": "worded a quotation",
    "voices.check_quotation": "checked a quotation",
    "voices.uncheck_quotation": "made a quotation a draft again",
    "voices.drop_quotation": "took a quotation away",
    "voices.put_back_quotation": "put a quotation back",
    "voices.bring_quotation_along": "moved a quotation to a newer version",
    "voices.answer_suggestion": "answered a suggested code",
    "voices.take_answer_back": "took a refusal of a suggestion back",
    "voices.let_the_model_read": "let the sentence model read a study’s passages",
    "voices.set_fewest": "changed how few participants a label may stand for",
    "voices.decide": "settled where coders differ",
    "voices.undo_decision": "took back how coders’ difference was settled",
}


class VoicesConfig(AppConfig):
    """Keeps studies for their teams alone, and shows them where their people look."""

    name = "commonpool.voices"
    label = "voices"
    verbose_name = "Voices"

    def ready(self) -> None:
        """Register what other rooms ask for."""
        from commonpool.audit import triggers, words
        from commonpool.audit.queries import keep_back
        from commonpool.pages import navigation, waiting
        from commonpool.voices.queries.codings import events_kept_back
        from commonpool.voices.queries.news import waiting_for

        triggers.append_only("voices_studyevent", ("id", "event_id"))
        from commonpool.voices.guards import register_guards
        from commonpool.voices.queries import what_touches as what_touches
        from commonpool.voices.queries import written_about as written_about

        register_guards()
        navigation.register(40, "Studies", "voices:studies")
        for action, said in WORDS.items():
            words.register(action, said)
        keep_back(events_kept_back)
        waiting.register(waiting_for)
