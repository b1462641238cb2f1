"""The embedded seeker shares no list, template or pattern with the embedded supporter: compared by content, not by import."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import esc_tui.engines
from esc_tui.domain import labels

ENGINES = Path(esc_tui.engines.__file__).parent
LABELS = {str(value) for kind in vars(labels).values() if isinstance(kind, type) and issubclass(kind, labels.StrEnum) for value in kind}
GRAMMAR = frozenset(
    ("a", "an", "the", "and", "or", "but", "if", "so", "as", "of", "at", "by", "for", "from", "in", "into", "on", "to", "with",
     "without", "about", "not", "no", "never", "nor", "yes", "i", "me", "my", "mine", "myself", "we", "us", "our", "ours", "you",
     "your", "yours", "yourself", "he", "him", "his", "himself", "she", "her", "hers", "herself", "it", "its", "they", "them",
     "their", "theirs", "this", "that", "these", "those", "here", "there", "who", "whom", "whose", "which", "what", "when", "where",
     "why", "how", "am", "is", "are", "was", "were", "be", "been", "being", "do", "does", "did", "done", "have", "has", "had",
     "having", "can", "could", "will", "would", "shall", "should", "may", "might", "must", "let", "just", "very", "too", "also",
     "only", "even", "still", "now", "then", "well", "okay", "right", "oh", "hey"))
FEWEST, ALIKE = 5, 0.4
"""Two lists are one list when they share this many entries and this share of all their entries, grammar and labels left out."""


def strings(value: object) -> Iterator[list[str]]:
    if isinstance(value, dict):
        yield [key for key in value if isinstance(key, str)]
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        yield [part for part in value if isinstance(part, str)]
        for part in value:
            yield from strings(part)
    elif isinstance(value, str):
        yield value.splitlines()


def in_code(path: Path) -> Iterator[list[str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            yield [part.value for part in node.elts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        elif (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "split"
              and isinstance(node.func.value, ast.Constant) and isinstance(node.func.value.value, str)):
            yield node.func.value.value.split()


def lists(package: str) -> list[frozenset[str]]:
    found: list[list[str]] = []
    for path in sorted((ENGINES / package).rglob("*")):
        if "training" in path.parts:
            continue
        if path.suffix == ".json":
            found += strings(json.loads(path.read_text(encoding="utf-8")))
        elif path.suffix in {".txt", ".tsv"}:
            found.append(path.read_text(encoding="utf-8").splitlines())
        elif path.suffix == ".py":
            found += in_code(path)
    plain = (frozenset(entry.strip().lower() for entry in some) - GRAMMAR - LABELS - {""} for some in found)
    return [entries for entries in plain if entries]


SEEKERS, SUPPORTER = lists("seekers"), lists("embedded")


def test_no_sentence_stands_in_both() -> None:
    theirs = frozenset[str]().union(*SUPPORTER)
    shared = [entry for some in SEEKERS for entry in some if len(entry.split()) >= 4 and entry in theirs]
    assert not shared


def test_no_list_stands_in_both() -> None:
    long = [some for some in SUPPORTER if len(some) >= FEWEST]
    alike = [(sorted(own)[:8], len(own & other)) for own in SEEKERS if len(own) >= FEWEST for other in long
             if len(own & other) >= FEWEST and len(own & other) >= ALIKE * len(own | other)]
    assert not alike
