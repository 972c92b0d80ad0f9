"""A sentence as a vector of its meaning: the forward pass of a BERT encoder, and nothing else of one.

The layers are those of Devlin and others (2019, https://arxiv.org/abs/1810.04805), post-norm with the exact GELU; a
sentence is the mean of its tokens, scaled to length 1 (Reimers and Gurevych 2019, https://arxiv.org/abs/1908.10084).
One sentence at a time: no padding, so that no sentence depends on those that were read with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

Floats = NDArray[np.float32]
_HALF_ROOT: Final = np.float32(1 / np.sqrt(2))


@dataclass(frozen=True, slots=True)
class Encoder:
    """An encoder by its weights, named as BertModel names them, and two numbers that its shapes do not tell.

    weights  {"embeddings.word_embeddings.weight": (vocabulary, width), "encoder.layer.0.…": …}, 32-bit
    heads    how many heads attend in a layer; they share out the width
    epsilon  what keeps a norm from dividing by nothing
    """

    weights: Mapping[str, Floats]
    heads: int
    epsilon: float = 1e-12

    @property
    def layers(self) -> int:
        """How many layers there are."""
        return sum(name.endswith("attention.self.query.weight") for name in self.weights)

    @property
    def width(self) -> int:
        """How many numbers a vector has."""
        return int(self.weights["embeddings.word_embeddings.weight"].shape[1])

    def encode(self, tokens: Sequence[int]) -> Floats:
        """The vector of one sentence, of length 1. `tokens`: numbers in the vocabulary, with those of begin and end."""
        assert tokens, "a sentence has its begin and end"
        states = self._embedded(tokens)
        for layer in range(self.layers):
            states = self._layer(f"encoder.layer.{layer}", states)
        mean = states.mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

    def _embedded(self, tokens: Sequence[int]) -> Floats:
        """Each token by what it is and where it stands; all belong to the first of two sentences."""
        words = self.weights["embeddings.word_embeddings.weight"][list(tokens)]
        places = self.weights["embeddings.position_embeddings.weight"][: len(tokens)]
        sentence = self.weights["embeddings.token_type_embeddings.weight"][0]
        return self._normed("embeddings.LayerNorm", words + places + sentence)

    def _layer(self, name: str, states: Floats) -> Floats:
        heard = self._linear(f"{name}.attention.output.dense", self._attended(f"{name}.attention.self", states))
        states = self._normed(f"{name}.attention.output.LayerNorm", states + heard)
        inner = self._linear(f"{name}.intermediate.dense", states)
        inner = inner * (1 + erf(inner * _HALF_ROOT)) / 2
        return self._normed(f"{name}.output.LayerNorm", states + self._linear(f"{name}.output.dense", inner))

    def _attended(self, name: str, states: Floats) -> Floats:
        """What each token takes from all, head by head. Shape (tokens, width)."""
        tokens, width = states.shape
        apart = (tokens, self.heads, width // self.heads)
        query, key, value = (
            self._linear(f"{name}.{each}", states).reshape(apart).swapaxes(0, 1) for each in ("query", "key", "value")
        )
        scores = query @ key.swapaxes(1, 2) / np.float32(np.sqrt(apart[2]))
        shares = np.exp(scores - scores.max(axis=2, keepdims=True))
        shares /= shares.sum(axis=2, keepdims=True)
        return np.asarray((shares @ value).swapaxes(0, 1).reshape(tokens, width))

    def _linear(self, name: str, states: Floats) -> Floats:
        return np.asarray(states @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"])

    def _normed(self, name: str, states: Floats) -> Floats:
        """Each row with mean 0 and variance 1, then scaled and moved as was learnt."""
        apart = states - states.mean(axis=1, keepdims=True)
        variance = (apart**2).mean(axis=1, keepdims=True)
        scaled = apart / np.sqrt(variance + np.float32(self.epsilon))
        return np.asarray(scaled * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"])
