"""The sentence model reads as its makers' own program does, always the same, and finds more with wording than that."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonpool.voices import sentence_model
from commonpool.voices.reading.projects import read_coding_project
from commonpool.voices.rules.suggesting import like_this, similarities, vectors_of
from commonpool.voices.rules.suggesting.encoder import Encoder
from commonpool.voices.rules.suggesting.offering import LEAST_ALIKE_IN_BOTH
from commonpool.voices.sentence_model import WIDTH, encoded

REFERENCE = json.loads((Path(__file__).parent / "sentence_vectors.json").read_text(encoding="utf-8"))
is_here = pytest.mark.skipif(
    not sentence_model.is_installed(), reason="the sentence model is not installed: `make suggestions`"
)
Row = list[float]


# --- the encoder by itself, on small weights: these tests need no model ---


def small_weights(seed: int, *, layers: int = 2, width: int = 6, inner: int = 10, words: int = 9) -> dict[str, Any]:
    """Weights of a small encoder, drawn at random; norms that scale and move."""
    draw = np.random.default_rng(seed)
    shapes = {
        "embeddings.word_embeddings.weight": (words, width),
        "embeddings.position_embeddings.weight": (12, width),
        "embeddings.token_type_embeddings.weight": (2, width),
        "embeddings.LayerNorm.weight": (width,),
        "embeddings.LayerNorm.bias": (width,),
    }
    for layer in range(layers):
        name = f"encoder.layer.{layer}"
        for part in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            shapes |= {f"{name}.{part}.weight": (width, width), f"{name}.{part}.bias": (width,)}
        for part in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes |= {f"{name}.{part}.weight": (width,), f"{name}.{part}.bias": (width,)}
        shapes |= {f"{name}.intermediate.dense.weight": (inner, width), f"{name}.intermediate.dense.bias": (inner,)}
        shapes |= {f"{name}.output.dense.weight": (width, inner), f"{name}.output.dense.bias": (width,)}
    return {name: draw.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def slowly(weights: dict[str, Any], heads: int, tokens: list[int]) -> Row:
    """The same by the book, number by number in lists, without numpy's products."""

    def linear(name: str, row: Row) -> Row:
        matrix, bias = weights[f"{name}.weight"].tolist(), weights[f"{name}.bias"].tolist()
        return [sum(w * x for w, x in zip(line, row, strict=True)) + b for line, b in zip(matrix, bias, strict=True)]

    def normed(name: str, row: Row) -> Row:
        mean = sum(row) / len(row)
        deviation = math.sqrt(sum((x - mean) ** 2 for x in row) / len(row) + 1e-12)
        scale, move = weights[f"{name}.weight"].tolist(), weights[f"{name}.bias"].tolist()
        return [(x - mean) / deviation * s + m for x, s, m in zip(row, scale, move, strict=True)]

    def plus(*rows: Row) -> Row:
        return [sum(numbers) for numbers in zip(*rows, strict=True)]

    def layer(name: str, states: list[Row]) -> list[Row]:
        query, key, value = (
            [linear(f"{name}.attention.self.{part}", row) for row in states] for part in ("query", "key", "value")
        )
        size = len(states[0]) // heads
        after = []
        for at, row in enumerate(states):
            heard: Row = []
            for head in range(heads):
                part = slice(head * size, (head + 1) * size)
                scores = [sum(a * b for a, b in zip(query[at][part], k[part], strict=True)) for k in key]
                shares = [math.exp(score / math.sqrt(size)) for score in scores]
                for place in range(part.start, part.stop):
                    heard.append(sum(s * v[place] for s, v in zip(shares, value, strict=True)) / sum(shares))
            row = normed(
                f"{name}.attention.output.LayerNorm", plus(row, linear(f"{name}.attention.output.dense", heard))
            )
            inner = [x / 2 * (1 + math.erf(x / math.sqrt(2))) for x in linear(f"{name}.intermediate.dense", row)]
            after.append(normed(f"{name}.output.LayerNorm", plus(row, linear(f"{name}.output.dense", inner))))
        return after

    table = {name: weights[f"embeddings.{name}_embeddings.weight"].tolist() for name in ("word", "position")}
    kind = weights["embeddings.token_type_embeddings.weight"].tolist()[0]
    states = [
        normed("embeddings.LayerNorm", plus(table["word"][token], table["position"][place], kind))
        for place, token in enumerate(tokens)
    ]
    for number in range(sum(name.endswith("self.query.weight") for name in weights)):
        states = layer(f"encoder.layer.{number}", states)
    mean = [sum(numbers) / len(states) for numbers in zip(*states, strict=True)]
    length = math.sqrt(sum(x * x for x in mean))
    return [x / length for x in mean]


@settings(deadline=None)
@given(
    seed=st.integers(0, 1_000),
    heads=st.sampled_from([1, 2, 3]),
    tokens=st.lists(st.integers(0, 8), min_size=1, max_size=12),
)
def test_a_sentence_is_read_as_it_is_by_the_book(seed: int, heads: int, tokens: list[int]) -> None:
    weights = small_weights(seed)

    found = Encoder(weights, heads).encode(tokens)

    assert found == pytest.approx(slowly(weights, heads, tokens), abs=2e-4)
    assert float(np.linalg.norm(found)) == pytest.approx(1, abs=1e-6)


def test_layers_and_width_are_those_of_the_weights() -> None:
    encoder = Encoder(small_weights(1, layers=3, width=6), 2)

    assert (encoder.layers, encoder.width) == (3, 6)


# --- how wording and meaning are put together ---


def test_how_alike_two_passages_are_is_the_mean_of_wording_and_meaning() -> None:
    meaning = np.array([[1, 0], [0.6, 0.8], [-1, 0]], dtype=np.float32)
    words = ["we shared the risk", "we shared the costs", "a ward was full"]

    wording = similarities(vectors_of(words), vectors_of(words))
    both = similarities(vectors_of(words, meaning), vectors_of(words, meaning))

    assert both[0, 1] == pytest.approx((wording[0, 1] + 0.6) / 2)
    assert both[0, 2] == 0, "what is opposite is not alike"
    assert np.diag(both) == pytest.approx(1)


def test_without_a_meaning_on_either_side_only_the_wording_is_compared() -> None:
    words = ["we shared the risk", "we shared the costs"]
    with_meaning = vectors_of(words, np.ones((2, 4), dtype=np.float32) / 2)

    assert np.array_equal(
        similarities(with_meaning, vectors_of(words)), similarities(vectors_of(words), vectors_of(words))
    )


# --- the model itself ---


@is_here
def test_passages_are_read_as_sentence_transformers_reads_them() -> None:
    """Also an empty one, odd signs, white space, and one that is cut since it is too long."""
    long = " ".join(REFERENCE["long"]["sentence"].format(year) for year in range(1, REFERENCE["long"]["years"] + 1))
    passages = [long if words is None else words for words, _ in REFERENCE["vectors"]]

    found = encoded(passages)

    assert found.shape == (len(passages), WIDTH)
    for passage, row, (_, numbers) in zip(passages, found, REFERENCE["vectors"], strict=True):
        assert [*row[:6], *row[-2:]] == pytest.approx(numbers, abs=2e-6), passage[:60]
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)


@is_here
def test_a_passage_is_read_the_same_whatever_is_read_with_it() -> None:
    words = "The pooled budget was overspent."

    alone, again, among = (
        encoded([words])[0],
        encoded([words])[0],
        encoded(["A ward.", words, "A long list of things."])[1],
    )

    assert np.array_equal(alone, again) and np.array_equal(alone, among)


@is_here
def test_half_a_character_is_no_obstacle() -> None:
    assert np.isfinite(encoded(["a lone \ud83d surrogate"])).all()
    assert encoded([]).shape == (0, WIDTH)


@is_here
def test_what_is_worded_differently_and_means_the_same_is_found() -> None:
    words = [
        "We ran out of money before the year was over.",
        "Funds were exhausted by February.",
        "A ward was painted.",
    ]
    wording = similarities(vectors_of(words), vectors_of(words))[0]

    both = similarities(vectors_of(words, encoded(words)), vectors_of(words, encoded(words)))[0]

    assert like_this(wording, 5, without={0}) == []
    assert [each.number for each in like_this(both, 5, without={0}, least=LEAST_ALIKE_IN_BOTH)] == [1]


@is_here
def test_on_a_published_sample_both_find_more_than_the_wording(shared_data: Path) -> None:
    """QualCoder's demonstration project: of 158 coded passages, 87 share a code with three others or more."""
    project = read_coding_project(shared_data / "refi-qda" / "qc-1.3-demo.qdpx").project  # type: ignore[union-attr]
    codes: dict[tuple[str, Any], set[str]] = {}
    words: dict[tuple[str, Any], str] = {}
    for each in project.codings():
        if each.words and each.selection is not None:
            place = (each.source.guid, each.selection.span)
            codes.setdefault(place, set()).add(each.coding.code)
            words[place] = each.words
    passages, sets = list(words.values()), [codes[place] for place in words]

    wording = precision(similarities(vectors_of(passages), vectors_of(passages)), sets)
    vectors = vectors_of(passages, encoded(passages))
    both = precision(similarities(vectors, vectors), sets)

    assert len(passages) == 158
    assert wording == pytest.approx((87, 0.370, 0.361), abs=0.001)
    assert both == pytest.approx((87, 0.407, 0.414), abs=0.001)


def precision(alike: Any, codes: list[set[str]]) -> tuple[int, float, float]:
    """(passages with three companions or more, same-code share of the first five, mean average precision)."""
    first, average = [], []
    for at, own in enumerate(codes):
        others = [other for other in np.argsort(-alike[at], kind="stable") if other != at]
        hits = np.array([bool(own & codes[other]) for other in others])
        if hits.sum() >= 3:
            first.append(hits[:5].mean())
            average.append((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].mean())
    return len(first), float(np.mean(first)), float(np.mean(average))
