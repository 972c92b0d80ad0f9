"""Agreement between coders: 40 transcripts of 8,000 words with 2,000 draws in under 5 s.

The peer is the package krippendorff, which has no draws of its own: it is asked for each draw of transcripts anew, as
its users do, fewer times, and its time is taken to the same number.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

import krippendorff
import numpy as np

from benchmarks.measure import median_run, median_seconds, report
from commonpool.voices.rules.agreement import Statistic, agreement, ratings_of
from commonpool.voices.rules.agreement.by_code import by_code
from commonpool.voices.rules.agreement.of_texts import text_agreement
from commonpool.voices.rules.agreement.positions import Stretch, marked_positions, marked_stretches
from commonpool.voices.rules.agreement.sections import Continuum, Section

TRANSCRIPTS: Final = 40
POSITIONS: Final = 45_000  # 8,000 words
SECTIONS: Final = 25  # of one coder in one transcript: 2,000 codings in all
CODES: Final = tuple(f"code {at}" for at in range(12))
DRAWS: Final = 2_000
OF_THE_PEER: Final = 10
LIMIT_S: Final = 5.0
SEED: Final = 20_180_131


def transcripts() -> list[Continuum]:
    """Two coders' sections, which mostly overlap; some are missed, some have another code."""
    chance = Random(SEED)
    return [_transcript(f"T{at + 1:02}", chance) for at in range(TRANSCRIPTS)]


def _transcript(name: str, chance: Random) -> Continuum:
    sections = []
    for _ in range(SECTIONS):
        start, length, code = chance.randrange(POSITIONS - 1_000), chance.randrange(50, 600), chance.choice(CODES)
        sections.append(Section("first", start, length, code))
        if chance.random() < 0.8:
            other = code if chance.random() < 0.8 else chance.choice(CODES)
            sections.append(Section("second", start + chance.randrange(40), length, other))
    return Continuum(name, POSITIONS, ("first", "second"), tuple(sections))


def main() -> None:
    """Print the times of each way to compare, the peer's for the same, and the memory of the command."""
    print(f"seed {SEED}")
    texts = transcripts()
    what = f"alpha of {len(CODES)} codes, pooled, and of each transcript: {TRANSCRIPTS} transcripts, {DRAWS:,} draws"
    ours = median_seconds(lambda: by_code({code: marked_positions(texts, code) for code in CODES}), repeats=3)
    report(f"{what}, by position", ours, limit=LIMIT_S)
    sentences = {text.name: [Stretch(at, at + 90) for at in range(0, POSITIONS, 90)] for text in texts}
    ours = median_seconds(
        lambda: by_code({code: marked_stretches(texts, code, sentences) for code in CODES}), repeats=3
    )
    report("the same by sentence", ours, limit=LIMIT_S)
    unitizing = median_seconds(lambda: text_agreement(texts, draws=DRAWS), repeats=3)
    report("unitizing alpha of the same, all codes", unitizing, limit=1.0)
    _beside_the_peer(texts, sentences)
    _whole_command(texts, sentences)
    for statistic in Statistic:
        _one_statistic(texts, statistic)


def _beside_the_peer(texts: list[Continuum], sentences: dict[str, list[Stretch]]) -> None:
    """One code by sentence, from the same marks, with as many draws; the values must be the same."""
    marks = [_by_sentence(text, sentences[text.name]) for text in texts]
    clusters = [text.name for text in texts for _ in sentences[text.name]]
    table = np.hstack(marks).tolist()
    ratings = ratings_of(table, clusters=clusters)
    ours = median_seconds(lambda: agreement(ratings, draws=DRAWS))
    chance = np.random.default_rng(SEED)

    def ask_again() -> None:
        for _ in range(OF_THE_PEER):
            drawn = np.hstack([marks[at] for at in chance.integers(0, TRANSCRIPTS, TRANSCRIPTS)])
            krippendorff.alpha(drawn, level_of_measurement="nominal")

    theirs = median_seconds(ask_again, repeats=3) / OF_THE_PEER * DRAWS
    value = agreement(ratings, draws=0).value
    assert value is not None
    assert abs(value - krippendorff.alpha(np.array(table), level_of_measurement="nominal")) < 1e-9
    peer = f"krippendorff {version('krippendorff')}, from {OF_THE_PEER} draws"
    report("alpha of one code by sentence", ours, limit=LIMIT_S, peer=peer, peer_value=theirs)


def _by_sentence(text: Continuum, sentences: list[Stretch]) -> np.ndarray:
    marks = _by_position(text)
    return np.array([[row[each.start : each.end].any() for each in sentences] for row in marks], dtype=float)


def _whole_command(texts: list[Continuum], sentences: dict[str, list[Stretch]]) -> None:
    """One code by sentence from a file, as a user runs it."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "ratings.csv"
        with file.open("w") as out:
            out.write("cluster,unit,coder,value\n")
            for text in texts:
                for coder, row in zip(text.coders, _by_sentence(text, sentences[text.name]), strict=True):
                    out.writelines(f"{text.name},{at},{coder},{mark:.0f}\n" for at, mark in enumerate(row))
        run = median_run("voices", "agreement", file, "--json", repeats=3)
    assert run.code == 0
    report(f"the command on {sum(map(len, sentences.values())):,} sentences of two coders", run.seconds, limit=LIMIT_S)
    report("its memory", run.peak_mb, limit=200, unit="MB")


def _one_statistic(texts: list[Continuum], statistic: Statistic) -> None:
    ratings = marked_positions(texts, CODES[0])
    seconds = median_seconds(lambda: agreement(ratings, statistic, draws=DRAWS), repeats=3)
    report(f"{statistic} of one code", seconds, limit=LIMIT_S)


def _by_position(text: Continuum) -> np.ndarray:
    marks = np.zeros((2, text.length))
    for each in text.sections:
        if each.code == CODES[0]:
            marks[text.coders.index(each.coder), each.start : each.end] = 1
    return marks


if __name__ == "__main__":
    main()
