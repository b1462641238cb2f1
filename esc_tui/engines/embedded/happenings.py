"""Grave news told as one's own: what a talk turns to, whatever it was about before."""

from __future__ import annotations

import re

from esc_tui.engines.embedded.memory import normal

_THINGS = (r"phone|mobile|laptop|car|truck|van|bike|battery|computer|pc|tablet|internet|wifi|router|plant|flower|engine|screen|console|"
           r"account|charger|watch|tv|fridge|boiler|heating")
_BROKEN = re.compile(
    rf"\b((?:{_THINGS})s?)(?:['’]?s)? (?:(?:is|are|was|has|had|just|also|suddenly|now|totally|completely|almost|already|went|been|"
    r"about to) )*"
    r"(?:dead|die[ds]?|dying|killed)\b",
    re.IGNORECASE,
)
_THING = rf"(?!{_THINGS}|idea|dream|hope|motivation|love|marriage|relationship|just|also|suddenly)"
_MINE = rf"(?:my|our) (?:{_THING}\w+ ){{0,2}}?{_THING}\w+"
_PET = r"(?:dog|cat|puppy|pup|kitten|rabbit|bunny|hamster|guinea pig|horse|pony|parrot|budgie)"
_OLDER = (r"(?:mum|mom|mam|dad|nan|nana|gran|granny|grandma|grandmother|grandad|granddad|grandpa|grandfather|mother|father|aunt|"
          r"auntie|uncle)")
_KIN = rf"(?:{_PET}|{_OLDER}|husband|wife|partner|son|daughter|baby|boy|girl|brother|sister|cousin|friend|mate|neighbou?r|colleague)"
_ELSEWHERE = (r"(?! (?:to|out|back|away|off|on|for|in|into|mad|crazy|quiet|silent|home|down|up|through|by|all|from|with|missing|wrong|too|"
              r"and|over|viral|abroad|shopping)\b)")
_DYING = r"(?:died|passed away|has passed|passed on|has died|is dead|was killed|just died|passed)"
_NEWS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("bereavement", re.compile(
        rf"\b{_MINE} (?:just |also |suddenly )?{_DYING}\b(?! (?:out|the|his|her|my|me|by|on to|it))"
        rf"|\b(?:my|our) (?:\w+ ){{0,2}}?{_KIN} (?:didnt|did not|never) (?:make|made|survive) it"
        r"(?= (?:through the night|and|car|last night|yesterday|today)\b|$)"
        rf"|\b(?:my|our) (?:\w+ )?(?:{_PET}|{_OLDER}|best friend|mate)s? (?:(?:is|has|just) )*gone\b{_ELSEWHERE}"
        rf"|\b(?:my|our) (?:\w+ )?{_PET} (?:just )?(?:got|was|has been) (?:run over|killed)\b"
        rf"|\b(?:had|have|having|got) to put (?:(?:my|our|the) (?:\w+ )?{_PET}|(?!my|the|a|an|that|this|it|me|them|everything|his|her|"
        r"on|in|up|kids|money|some|all|things|more|myself|stuff|dinner)\w+) (?:down|to sleep)\b"
        r"(?! (?:as|to|for|in|my|the|payment|a|on (?:the|my|a|paper))\b)"
        rf"|\b{_PET} had to be put (?:down|to sleep)\b"
        rf"|\b{_OLDER} (?:has |just )?passed (?:away|in (?:her|his) sleep|last night|yesterday)\b"
        r"|\bi (?:just |have |'ve )?(?:lost|buried) my (?:\w+ )?(?:mum|mom|mother|dad|father|son|daughter|child|baby|husband|wife|"
        r"partner|brother|sister|nan|gran|grandma|grandmother|grandpa|grandad|grandfather|aunt|uncle|cousin|best friend|friend|mate|nana|"
        rf"granny|{_PET})\b")),
    ("breakup-with-partner", re.compile(
        r"\b(?:broke|split|breaking) up with me\b|\bbroken up with me\b|\bdumped me\b|\bwe (?:just |have |'ve )?(?:broke|broken|split) up\b"
        r"|\bended (?:it|things) with me\b"
        r"|\b(?:boyfriend|girlfriend|husband|wife|partner|fiancee?|fiance) (?:has |just |suddenly )?left me\b"
        r"|\b(?:he|she) (?:has |just )?left me\b(?! (?:a|an|the|his|her|alone|with|on|in|no|two|some|here|there|out|hanging|waiting|"
        r"messages?)\b)"
        r"|\b(?:husband|wife|he|she) wants a divorce\b|\b(?:filed|files) for divorce\b")),
    ("job-crisis", re.compile(
        r"\bi (?:just |was |got |have been |'ve been |am being |'m being |was just |just got )(?:fired|sacked|laid off|let go|"
        r"made redundant)\b"
        r"|\bi (?:just )?(?:was |got )?lost my job\b|\bthey (?:fired|sacked|laid off|let go of) me\b|\bthey (?:fired|sacked) us all\b")),
)
_NOT_SO = re.compile(r"\b(?:if|when|what if|afraid|scared|worried|dreamt|dreamed|imagine|pretend|movie|film|series|book|almost|nearly|"
                     r"thought|joked?)\b[^.!?]{0,24}$")
_LONG_AGO = re.compile(r"\b(?:years ago|when i was (?:a (?:kid|child|teen)|little|small|young|\d+)|decades ago|back then|long ago)\b")


def without_broken_things(text: str) -> str:
    """The message with "my phone is dead" as "my phone broke": nobody died."""
    return _BROKEN.sub(r"\1 broke", text) if _BROKEN.search(text) else text


def happened(text: str) -> str:
    """The scenario that grave news in a message belongs to: a death, a parting, a job lost; empty for none.

    What is only feared, imagined or long ago is none.
    """
    words = normal(text)
    for label, pattern in _NEWS:
        for match in pattern.finditer(words):
            if not _NOT_SO.search(words[: match.start()]) and not _LONG_AGO.search(words[match.end() : match.end() + 40]):
                return label
    return ""
