"""Patterns that all supported releases of Python read alike."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from re import _constants, _parser  # type: ignore[attr-defined]

import esc_tui

FAULTY = {_constants.POSSESSIVE_REPEAT, _constants.ATOMIC_GROUP}


def operations(tree: object) -> Iterator[object]:
    """Every operation of a parsed pattern, at any depth."""
    for item in tree if isinstance(tree, list | tuple | _parser.SubPattern) else ():
        yield item
        yield from operations(item)


def is_faulty(text: str | bytes) -> bool:
    """Whether a text is a pattern with a possessive repeat or an atomic group."""
    plus, atomic = (rb"[*+?}]\+", b"(?>") if isinstance(text, bytes) else (r"[*+?}]\+", "(?>")
    if not re.search(plus, text) and atomic not in text:  # type: ignore[arg-type, operator]
        return False
    try:
        return any(item in FAULTY for item in operations(_parser.parse(text)) if isinstance(item, int))
    except (re.error, OverflowError):
        return atomic in text  # type: ignore[operator]


def test_the_check_knows_a_possessive_repeat_from_a_plain_one() -> None:
    assert all(map(is_faulty, (r"a*+", rb"[ab]++", r"(?:a{2}+)*", r"(?>a|b)c")))
    assert not any(map(is_faulty, (r"\?+", "a+", rb"[*+]", "2 + 2")))


def test_no_pattern_is_possessive_or_atomic() -> None:
    """Python 3.11.2 leaves a possessive repeat whose last round fails behind that round (gh-106052)."""
    package = Path(esc_tui.__file__).parent
    found = []
    for path in package.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if not re.search(r"[*+?}]\+|\(\?>", text):
            continue
        tree = ast.parse(text)
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
        found += [f"{path.relative_to(package)}:{node.lineno} {node.value!r}" for node in ast.walk(tree)
                  if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes) and id(node) not in told
                  and is_faulty(node.value)]
    assert found == []
