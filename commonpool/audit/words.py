"""How the history says what was done: each room gives its own actions words, in its AppConfig.ready()."""

from __future__ import annotations

from typing import Final

_WORDS: Final[dict[str, str]] = {}


def register(action: str, words: str) -> None:
    """Say `words` for `action`: a clause that follows a name, as "offered the plan to the partners"."""
    _WORDS[action] = words


def words_for(action: str) -> str:
    """The clause; an action that nobody gave words is shown as it is written."""
    return _WORDS.get(action, f"did “{action}”")


def known_actions() -> dict[str, str]:
    """Every action that has words."""
    return dict(sorted(_WORDS.items(), key=lambda pair: pair[1]))
