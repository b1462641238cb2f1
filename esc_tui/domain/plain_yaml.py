"""YAML of others, read as plain data: no objects, and no aliases, by which a few hundred bytes can grow to gigabytes.

Imports yaml; import it only where a file is read.
"""

from __future__ import annotations

from typing import Any

import yaml


class AliasError(yaml.MarkedYAMLError):
    """The text uses an alias (``*name``)."""


class _PlainLoader(yaml.SafeLoader):
    """SafeLoader that stops at the first alias, before anything is built."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise AliasError(problem="aliases (*name) are not read", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


def load_yaml(text: str) -> Any:
    """The one document in ``text`` as plain data, None when it is empty.

    Raises AliasError for an alias, YAMLError for what is no YAML, ValueError for a value that cannot be (a date that does not
    exist), RecursionError for lists within lists without end.
    """
    return yaml.load(text, Loader=_PlainLoader)  # noqa: S506 - a SafeLoader
