"""The second seeker and the second judge share no list, template or pattern with the first of each, nor with the supporter."""

import ast
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

import esc_tui.engines
from esc_tui.domain import labels
from esc_tui.domain.faults import ReplyFault

ENGINES = Path(esc_tui.engines.__file__).parent
OTHERS = [name for name in ("seekers", "judges", "embedded") if (ENGINES / name).is_dir()]
LABELS = {str(value) for kind in (*vars(labels).values(), ReplyFault)
          if isinstance(kind, type) and issubclass(kind, labels.StrEnum) for value in kind}
SMALL = frozenset((
    "a", "about", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "been", "being", "but", "by", "can",
    "could", "did", "do", "does", "done", "even", "for", "from", "had", "has", "have", "having", "he", "her", "here",
    "hers", "herself", "him", "himself", "his", "how", "i", "if", "in", "into", "is", "it", "its", "just", "let", "may",
    "me", "might", "mine", "must", "my", "myself", "no", "nor", "not", "now", "of", "oh", "okay", "on", "only", "or", "our",
    "ours", "over", "right", "shall", "she", "should", "so", "still", "than", "that", "the", "their", "theirs", "them",
    "themselves", "then", "there", "these", "they", "this", "those", "to", "too", "up", "us", "very", "was", "we", "well",
    "were", "what", "when", "where", "which", "who", "whom", "whose", "why", "will", "with", "without", "would", "yes",
    "you", "your", "yours", "yourself", "mother", "mum", "mom", "mam", "mama", "father", "dad", "papa", "parents",
    "brother", "sister", "son", "daughter", "husband", "wife", "partner", "ex", "boss", "manager", "friend", "friends",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mon", "tues", "wednes", "thurs", "fri",
    "satur", "sun", "january", "february", "march", "april", "june", "july", "august", "september", "october", "november",
    "december", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twenty",
))
"""Words any list of English has: grammar, kin, days, months, numbers."""
FEWEST, ALIKE, TELLING = 6, 0.4, 4
"""Two lists are one when they share so many entries and this share of all; a text tells its origin from so many words on."""
_PIECES = re.compile(r"\(\?[:=!<]*|[()|\[\]?*+.^$]+|\\.|\{[^}]*\}|\\")


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield str(key)
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)
    elif isinstance(value, str):
        yield value


def _in_code(tree: ast.AST) -> Iterator[str]:
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value


def _listed(tree: ast.AST) -> Iterator[list[str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            yield [part.value for part in node.elts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        elif isinstance(node, ast.Dict):
            yield [key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]


@lru_cache(maxsize=8)
def content(package: str) -> tuple[frozenset[str], tuple[frozenset[str], ...]]:
    """The pieces of four words and more in a package's texts and patterns, and its lists: written out, split, or alternatives."""
    texts: list[str] = []
    lists: list[list[str]] = []
    for path in sorted((ENGINES / package).rglob("*")):
        if "training" in path.parts or path.suffix not in {".py", ".json", ".jsonl", ".txt", ".tsv", ".yaml"}:
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".py":
            tree = ast.parse(text)
            texts += _in_code(tree)
            lists += _listed(tree)
        elif path.suffix in {".json", ".jsonl"}:
            texts += _strings([json.loads(line) for line in text.splitlines()] if path.suffix == ".jsonl" else json.loads(text))
        else:
            texts += [line for line in text.splitlines() if not line.startswith(";")]
            lists.append(text.splitlines())
    lists += [entry.split() for entry in texts if len(entry.split()) >= FEWEST]
    lists += [group.split("|") for entry in texts for group in re.findall(r"\((?:\?:)?([^()]*\|[^()]*)\)", entry)]
    pieces = {" ".join(piece.lower().split()) for entry in texts for piece in _PIECES.split(entry)}
    plain = (frozenset(entry.strip().lower() for entry in some) - SMALL - LABELS - {""} for some in lists)
    return frozenset(piece for piece in pieces if len(piece.split()) >= TELLING), tuple(some for some in plain if len(some) >= FEWEST)


@pytest.mark.parametrize("other", OTHERS)
def test_no_text_or_piece_of_a_pattern_of_four_words_stands_in_both(other: str) -> None:
    own = content("second")[0]
    assert own
    shared = sorted(own & content(other)[0])
    assert not shared


@pytest.mark.parametrize("other", OTHERS)
def test_no_list_of_words_stands_in_both(other: str) -> None:
    alike = [(sorted(own & theirs)[:6], len(own | theirs)) for own in content("second")[1] for theirs in content(other)[1]
             if len(own & theirs) >= FEWEST and len(own & theirs) >= ALIKE * len(own | theirs)]
    assert not alike


def _imported(package: str) -> set[str]:
    names: set[str] = set()
    for path in (ENGINES / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                names |= {node.module or "", *(f"{node.module}.{name.name}" for name in node.names)}
            elif isinstance(node, ast.Import):
                names |= {name.name for name in node.names}
    return names


@pytest.mark.parametrize("other", OTHERS)
def test_neither_imports_the_other(other: str) -> None:
    assert not [name for name in _imported("second") if name.startswith(f"esc_tui.engines.{other}")]
    assert not [name for name in _imported(other) if name.startswith("esc_tui.engines.second")]
