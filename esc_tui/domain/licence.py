"""What may be done with text under a licence: whether it may leave the machine in an export or a prompt."""

from __future__ import annotations

import re

_FREE = re.compile(r"^(mit|mit-0|apache(-?2(\.0)?)?|bsd(-[23]-clause)?|isc|unlicense|cc0(-?1\.0)?|cc-?by(-sa)?(-?[1-4]\.[05])?|"
                   r"public-domain|pddl(-?1\.0)?|odc-by(-?1\.0)?)$")


def may_be_shared(licence: str) -> bool:
    """True for a licence that lets anybody pass the text on; an unknown or empty one does not."""
    return _FREE.fullmatch("-".join(licence.strip().lower().split())) is not None
