"""How one participant may be named by others, and what they said: to find what names or repeats them."""

from __future__ import annotations

from collections.abc import Iterator

from commonpool.voices.models import Participant, Speaker, Transcript, TranscriptVersion, Turn
from commonpool.voices.queries.texts import opened, texts_of, typed_label
from commonpool.voices.rules import mentions as rules
from commonpool.voices.rules.speakers import CODE_LIKE
from commonpool.voices.sealing import UNREADABLE, the_keys


def _names_of(participant: Participant) -> list[str]:
    """How others may name them: pseudonym, real name and its parts, and labels as typed that are names."""
    keys = the_keys()
    real = opened(keys, participant.uuid, bytes(participant.sealed_name)) or ""
    labels = [typed_label(each) or "" for each in Speaker.objects.filter(participant=participant)]
    typed = [label for label in labels if not CODE_LIKE.fullmatch(label)]
    parts = {part for name in (real, *typed) for part in (name, *name.split())}
    return [participant.pseudonym, *sorted(part for part in parts if len(part) >= rules.FEWEST_LETTERS)]


def mentions_of(participant: Participant) -> rules.Mentions:
    """What names them, or repeats a turn of theirs in any version of a text. Ask before their key is destroyed."""
    return rules.mentions_of(_names_of(participant), _spoken(participant))


def _spoken(participant: Participant) -> Iterator[str]:
    turns = Turn.objects.filter(speaker__participant=participant)
    texts = texts_of(list(TranscriptVersion.objects.filter(turns__in=turns).distinct()))
    for version, start, end in turns.values_list("version", "words_from", "end"):
        yield texts[version][start:end].replace(UNREADABLE, " ")


def earlier_naming(participant: Participant, mentions: rules.Mentions) -> Iterator[TranscriptVersion]:
    """Versions before the newest of any text of the study in which somebody else names them."""
    texts = Transcript.objects.filter(study=participant.study_id).select_related("newest")
    for text in texts:
        for version in text.versions.filter(number__lt=text.newest.number if text.newest else 1):
            whole = texts_of([version])[version.pk]
            if any(mentions.names_them(whole[start:end]) for start, end in _others(version, participant)):
                yield version


def _others(version: TranscriptVersion, participant: Participant) -> list[tuple[int, int]]:
    turns = Turn.objects.filter(version=version).exclude(speaker__participant=participant)
    return list(turns.values_list("words_from", "end"))
