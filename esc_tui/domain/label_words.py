"""Labels of the taxonomies as words of a sentence."""

from __future__ import annotations

from esc_tui.domain.labels import Need

_OWN = {"self-reflection-and-growth": "self-reflection and growth", "be-told-not-at-fault": "be told they are not at fault",
        "explaining-anothers-view": "explaining another's view"}
"""Labels whose words are others than those of their identifier."""


def label_words(label: object) -> str:
    """``seeking-a-way-forward`` as ``seeking a way forward``."""
    text = str(label)
    return _OWN.get(text) or text.replace("-", " ").replace("_", " ")


def hope_words(need: Need) -> str:
    """What goes behind "may hope": ``to be praised``, ``for self-reflection and growth``."""
    return f"{'for' if need is Need.SELF_REFLECTION_AND_GROWTH else 'to'} {label_words(need)}"
