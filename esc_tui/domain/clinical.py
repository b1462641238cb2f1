"""Words of clinics, which a skill of listening has no need of, not even to deny them. Pure rules, beside those of lint."""

from __future__ import annotations

import re

_CLINICAL = re.compile(
    r"\b(?:diagnos\w+|disorders?|symptoms?|clinical(?:ly)?|patients?|ptsd|bipolar|trauma\w*|psychosis|psychotic|relapse\w*|"
    r"therap(?:y|ies|eutic)|treatments?|cure[sd]?|heal(?:s|ed)?|proven|guarantee[sd]?|evidence-based|"
    r"antidepressants?|medications?|medicines?|dos(?:e|es|age)|prescri\w+)\b", re.IGNORECASE)


def clinical_word(text: str) -> str:
    """The first clinical word or claim of a cure in a text; empty when there is none."""
    found = _CLINICAL.search(text)
    return found.group() if found else ""
