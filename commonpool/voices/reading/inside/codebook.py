"""A codebook in YAML as plain values: each part with its line, nothing built that the file only refers to."""

from __future__ import annotations

from typing import Any, Final

DEEPEST: Final = 100  # levels of YAML, as for nested elements in a coding project
LONGEST_NAME: Final = 40


def composed(data: bytes) -> tuple[Any, ...]:
    """("node", node), or ("fault", problem, fix, line or None) for what is no YAML, refers to itself or is too deep.

    A node is (kind, is it empty, value, line): "text" with its text, "list" with nodes, "entries" with (key, line,
    node), "other" for a key that is no text.
    """
    import yaml

    text = data.decode("utf-8-sig")
    try:
        if trap := _trap(text):
            return trap
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark, said = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        fix = "Mend the line or its indentation; words with a colon need quotation marks round them."
        problem = f"This is not YAML: {said or 'it holds characters that no text has'}."
        return "fault", problem, fix, mark.line + 1 if mark else None
    if node is None:
        return "fault", "The file is empty.", "Write codes: and below it a dash for each code.", None
    return "node", _packed(node)


def _trap(text: str) -> tuple[Any, ...] | None:
    """Before anything is built: a few lines that refer to themselves can stand for more than a memory holds."""
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent):
            name = str(event.anchor)
            shown = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
            return "fault", f"‘*{shown}’ refers to another line.", "Write out what is meant.", line
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            return "fault", f"Codes are nested more than {DEEPEST} levels deep.", "Use fewer levels.", line
    return None


def _packed(node: Any) -> tuple[str, bool, Any, int]:
    import yaml

    line = node.start_mark.line + 1
    is_empty = node.tag == "tag:yaml.org,2002:null"
    if isinstance(node, yaml.ScalarNode):
        return "text", is_empty, str(node.value), line
    if isinstance(node, yaml.SequenceNode):
        return "list", is_empty, [_packed(each) for each in node.value], line
    entries = [(str(key.value), key.start_mark.line + 1, _packed(value)) for key, value in node.value]
    return "entries", is_empty, entries, line
