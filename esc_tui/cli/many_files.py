"""Options that take several files after one name, as shells write them: ``--train a.jsonl b.json --test c.jsonl``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from typer.core import TyperCommand

MANY = frozenset({"--train", "--test"})


class ManyFilesCommand(TyperCommand):
    """A command without arguments of its own, whose options in ``MANY`` take every word up to the next option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Give each further word its option's name, then parse as ever."""
        return super().parse_args(ctx, list(spread(args)))


def spread(args: Sequence[str]) -> Iterator[str]:
    """``--train a b`` as ``--train a --train b``; what follows ``--`` is left as it is."""
    option, taken = "", False
    for place, word in enumerate(args):
        if word == "--":
            yield from args[place:]
            return
        if word.startswith("-") and word != "-":
            name, equals, _ = word.partition("=")
            option, taken = (name if name in MANY else ""), bool(equals)
        elif option and taken:
            yield option
        else:
            taken = True
        yield word
