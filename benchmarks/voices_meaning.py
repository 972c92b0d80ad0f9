"""The sentence model: passages read a second, its memory, and what meaning adds to a page of suggestions.

It runs with the project's own forward pass, on one processor. Where it is not installed this says so, and measures
what pages do with vectors that are invented.
"""

from __future__ import annotations

import resource
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

import numpy as np

from benchmarks.measure import median_seconds, report
from commonpool.voices import sentence_model
from commonpool.voices.rules.suggesting import Coded, hit_rates, similarities, vectors_of
from commonpool.voices.rules.suggesting.encoder import Floats
from commonpool.voices.sealing import KeyRing
from commonpool.voices.vector_files import VectorFiles, digest_of

SEED: Final = 20_260_901
WORDS: Final = ("pool", "budget", "trust", "council", "hospital", "partner", "risk", "board", "ward", "nurse", "money")
PASSAGES, TURNS, KEYS = 800, 1_500, 40


def main() -> None:
    """Print the reader's speed and memory, then the time that meaning takes on pages, beside wording alone."""
    print(f"seed {SEED}")
    chance = Random(SEED)
    if sentence_model.is_installed():
        _reading(chance)
    else:
        print("the sentence model is not installed, so that its speed and memory are not known: `make suggestions`")
    _on_pages(chance)


def said(chance: Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, k=words))


def _reading(chance: Random) -> None:
    """The least that is wanted is half of what was seen on two processors that others used as well."""
    report("loading the model", median_seconds(lambda: sentence_model.encoded(["once"]), repeats=1), limit=3)
    for words, many, limit in ((13, 40, 10.0), (60, 20, 12.0), (250, 5, 12.0)):
        passages = [said(chance, words) for _ in range(many)]
        seconds = median_seconds(lambda passages=passages: sentence_model.encoded(passages), repeats=3)  # type: ignore[misc]
        report(f"{many} passages of {words} words, {many / seconds:.1f} a second", seconds, limit=limit)
    report("memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, limit=500, unit="MB")


def _on_pages(chance: Random) -> None:
    """A text's page at its bounds: opening what is kept, comparing turns with coded passages, hit rates."""
    passages, turns = ([said(chance, 40) for _ in range(many)] for many in (PASSAGES, TURNS))
    meaning = _invented(PASSAGES + TURNS)
    coded = [Coded(chance.choice("abcdefgh"), "AB", f"T{at % KEYS}") for at in range(PASSAGES)]

    def compare(meaning: Floats | None) -> None:
        vectors = vectors_of([*passages, *turns], meaning)
        similarities(vectors.part(range(PASSAGES, len(vectors))), vectors.part(range(PASSAGES)))

    _opening([*passages, *turns], meaning)
    what = f"comparing {TURNS:,} turns with {PASSAGES} coded passages"
    report(f"{what} by wording and meaning", median_seconds(lambda: compare(meaning), repeats=3), limit=5)
    report(f"{what} by wording alone", median_seconds(lambda: compare(None), repeats=3), limit=5)
    vectors = vectors_of(passages, meaning[:PASSAGES])
    seconds = median_seconds(lambda: hit_rates(coded, vectors), repeats=3)
    report(f"hit rates of {PASSAGES} coded passages by both", seconds, limit=10)


def _opening(words: list[str], meaning: Floats) -> None:
    with TemporaryDirectory() as folder:
        files = VectorFiles(KeyRing(Path(folder)))
        ids = [UUID(int=number + 1) for number in range(KEYS)]
        for number, key_id in enumerate(ids):
            files.keys.make(key_id)
            files.keep({key_id}, {digest_of(words[at]): meaning[at] for at in range(number, len(words), KEYS)})
        seconds = median_seconds(lambda: [files.kept({key_id}) for key_id in ids], repeats=3)
        report(f"opening {len(words):,} vectors under {KEYS} keys", seconds, limit=1)


def _invented(many: int) -> Floats:
    rows = np.random.default_rng(SEED).normal(size=(many, sentence_model.WIDTH)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


if __name__ == "__main__":
    main()
