"""What is put to the supporter in few words that no list of phrases can hold: "and tonight, then what?", "you say back my words"."""

from __future__ import annotations

import re
from functools import lru_cache

from esc_tui.engines.embedded.words import tokens_of

_DAYS = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|weekend)s?"
_WHEN = (rf"(?:now|today|tonight|tomorrow|(?:this|next|on|at|in the|the|until|till|by)? ?(?:{_DAYS}|morning|afternoon|evening|night"
         rf"|week|month)"
         r"|from here|from now on|meanwhile|in the meantime)")
_STEP = re.compile(
    r"\b(?:then what|what then|what now|now what)(?: (?:do|should|can) (?:i|we|one)(?: do)?)?$"
    rf"|^(?:(?:and|so|but|ok|okay|right|well|fine|yes|no|good|sure) )+(?:{_WHEN} ?)+(?:then )?what$"
    r"|^(?:(?:and|so|but|ok|okay|right|well|fine|yes|good) )+(?:what )?(?:about )?(?:now|tonight|tomorrow(?: morning| night)?)$"
    r"|\b(?:where|how) (?:do|does|would|should|could|can|to) (?:i |we |one |you |anyone |anybody |a person |somebody )?"
    r"(?:even |ever |possibly )?(?:start|begin|go about)\b"
    r"|\bwhat (?:does|can|could|should|would|is|must) (?:one|a person|a man|a woman|anybody|anyone|somebody)(?: \w+)? (?:do|try|to do)\b"
    r"|\b(?:what (?:good|use) (?:is|are|does|do)|how (?:does|do|will|would|is|are)) (?:this|that|it|any of (?:this|that)|these"
    r"|words|talk|talking)"
    rf"(?: \w+){{0,3}}? (?:help|use|good|do|to) (?:me|us)\b|\bwhat do i (?:actually )?do with (?:this|that|it)\b|\bwhat do i do {_WHEN}$"
)
_REPEAT = (r"(?:repeat|parrot|echo|copy|rephrase|reword|paraphrase|recite|mirror|quote|(?:say|give|hand|read|throw|play|send|tell"
           r"|feed|serve|sing)"
           r"(?: (?:me|it))? back)")
_REPEATING = (r"(?:repeating|parroting|echoing|copying|rephrasing|rewording|paraphrasing|reciting|mirroring|quoting"
              r"|(?:saying|giving|handing|reading|throwing|playing|sending|telling|feeding)(?: (?:me|it))? back)")
_MINE = r"(?:what i|what ive|my (?:own )?(?:words?|sentences?|lines?)|me\b|everything|whatever i|all i|things i|things back|it all)"
_ECHOED = re.compile(
    rf"\b(?:you|u)(?: (?:just|only|always|merely|simply|still|all|do|ever|keep|are))* (?:{_REPEAT}"
    rf"|{_REPEATING}) (?:back )?(?:to me )?{_MINE}"
    rf"|\b(?:youre|ur|you are|all you do is|stop|just|only|keep|why)(?: (?:just|only|still|you|always))* (?:{_REPEATING}"
    rf"|{_REPEAT}) (?:back )?"
    rf"(?:to me )?{_MINE}"
    r"|\b(?:give|giving|say|saying|hand|handing|throw|throwing|tell|telling|read|reading)(?: me)? my (?:own )?(?:words"
    r"|sentences) (?:back|again)\b"
    r"|\b(?:thats|that is|this is|those are|these are)(?: (?:just|only|exactly|all))* (?:what i (?:just )?(?:said|wrote|told you)"
    r"|my (?:own )?words)"
    r"\b(?! to)|\b(?:like|talking to|worse than) (?:a|an|talking to a) (?:parrot|echo|mirror|tape)\b"
)
_TO_ANOTHER = re.compile(r"\b(?:he|she|they|him|her|them) (?:said|says|told|shouted|yelled|asked|keeps? saying)\b")


@lru_cache(maxsize=512)
def asks_for_a_step(text: str) -> bool:
    """True where the message ends by asking what to do with all this in practice ("and tonight, then what?")."""
    if not text.rstrip().endswith("?"):
        return False
    last = _words(re.split(r"[.!?\n]+", text.rstrip(" ?!.\n"))[-1])
    return _STEP.search(last) is not None and " if " not in f" {last} " and _TO_ANOTHER.search(last) is None


@lru_cache(maxsize=512)
def says_echoed(text: str) -> bool:
    """True for a complaint that the replies only give back the seeker's own words."""
    words = _words(text)
    return _ECHOED.search(words) is not None and _TO_ANOTHER.search(words) is None


def _words(text: str) -> str:
    return " ".join(token.key for token in tokens_of(text))
