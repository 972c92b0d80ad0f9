"""How far a study's texts have been looked through for what gives people away."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q

from commonpool.voices.models import IdentityCandidate, IdentityReview, Study, Transcript
from commonpool.voices.rules.identities import Kind

Decide = IdentityCandidate.Decision


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many candidates of one kind a review found, and what became of them."""

    kind: Kind
    found: int
    taken: int
    left: int

    @property
    def waiting(self) -> int:
        """How many nobody has decided on."""
        return self.found - self.taken - self.left


def counts_of(review: IdentityReview) -> list[KindCount]:
    """What a review found, by kind, in the order of kinds. Counts alone: no word of the text."""
    rows = Counter(review.candidates.order_by().values_list("kind", "decision"))
    counts = []
    for kind in Kind:
        by = {decision: rows[kind.value, decision] for decision in (Decide.TAKE, Decide.LEAVE, Decide.OPEN)}
        if total := sum(by.values()):
            counts.append(KindCount(kind, total, by[Decide.TAKE], by[Decide.LEAVE]))
    return counts


@dataclass(frozen=True, slots=True)
class TextState:
    """One text: its newest review, and in words how it stands."""

    transcript: Transcript
    review: IdentityReview | None
    words: str
    colour: str
    found: int = 0
    taken: int = 0
    left: int = 0

    @property
    def waiting(self) -> int:
        """How many candidates wait for a decision."""
        return self.found - self.taken - self.left

    @property
    def is_clear(self) -> bool:
        """Whether the newest version has been looked through to its end."""
        return self.colour == "green"


def states_of(study: Study) -> list[TextState]:
    """Each text of the study, by name. Two queries."""
    reviews: dict[int, IdentityReview] = {}
    taken, left = Count("candidates", filter=Q(candidates__decision="take")), Q(candidates__decision="leave")
    counted = IdentityReview.objects.filter(study=study).select_related("version", "made").order_by("begun_at", "pk")
    for review in counted.annotate(found=Count("candidates"), taken=taken, left=Count("candidates", filter=left)):
        reviews[review.version.transcript_id] = review
    texts = Transcript.objects.filter(study=study).exclude(newest=None).select_related("newest")
    return [_state(text, reviews.get(text.pk)) for text in texts]


def _state(text: Transcript, review: IdentityReview | None) -> TextState:
    if review is None:
        return TextState(text, None, "Not looked through", "grey")
    counts = {name: getattr(review, name) for name in ("found", "taken", "left")}
    if review.made_id is not None and review.made_id == text.newest_id:
        assert review.made is not None
        return TextState(text, review, f"Taken out in version {review.made.number}", "green", **counts)
    if review.version_id != text.newest_id:
        return TextState(text, review, "Text changed since: look again", "orange", **counts)
    if review.done_at is not None and counts["taken"]:
        return TextState(text, review, "That version was undone: look again", "orange", **counts)
    if review.done_at is not None:
        return TextState(text, review, "Looked through, nothing taken out", "green", **counts)
    return TextState(text, review, "Being looked through", "blue", **counts)
