"""What the seeker did: which deeds may be credited, and which are a wrong, a lapse, or told with guilt or in secret."""

from __future__ import annotations

import re
from functools import lru_cache

from esc_tui.domain.labels import State
from esc_tui.engines.embedded.memory import normal
from esc_tui.engines.embedded.reader import shown_in
from esc_tui.engines.embedded.turning import listed
from esc_tui.engines.embedded.weighing import Clause
from esc_tui.engines.embedded.words import key_of, word_set

_KIN = (r"(?:wife|husband|partner|mum|mom|mother|father|dad|kids?|child|children|baby|son|daughter|family|sister|brother|girlfriend"
        r"|boyfriend"
        r"|friend|mate|boss|dog|cat|man|woman|boy|girl|neighbou?r)")
_THEM = rf"(?:him|her|them|someone|somebody|everyone|everybody|(?:a|the|my|your|our) (?:\w+ )?{_KIN})"
_FROM = r"(?:from|out of) (?!(?:my|our|your) (?:own |\w+ account|savings?|account|pocket|pension|wages|purse|wallet))"
_OWNED = r"(?:money|cash|notes?|coins?|pounds?|euros?|dollars?|\d[\d,. ]*|jewell?ery|ring|card|cheques?|purse|wallet|pills)"
_STORE = (r"(?:(?:cash ?)?box|till|safe|drawer|account|fund|funds|kitty|pot|register|purse|wallet|pocket|handbag|bag|tin|shop|store"
          r"|charity"
          r"|group|club|church|firm|company|office|work|savings?)")
_WRONG = (
    # what is another's
    r"stole|stolen|stealing|robbed|nicked|swiped|pinched|pocketed|embezzled|shoplifted|skimmed|swindled|forged|fiddled|falsified"
    rf"|helped myself to|(?:took|taken|take|taking|moved|borrowed|lifted|paid) (?:\w+ ){{0,5}}?{_OWNED}\b(?: \w+){{0,5}}? {_FROM}"
    rf"|(?:took|taken|taking|borrowed|lifted)(?: \w+){{0,5}}? {_FROM}(?:\w+ ){{0,4}}?{_STORE}"
    r"|(?:took|taken|borrowed|used|spent|sold|signed)(?: \w+){0,6}? (?:without (?:asking|telling|permission)|that (?:wasnt|was not) mine)"
    # untruth and what is kept from others
    r"|lied|(?:lie|lying)(?! (?:awake|in|down|on|there|here|next|beside|still|back))|fibbed|faked|pretended|deceived|tricked|conned"
    r"|misled|cheated|cheating|plagiari[sz]ed|made (?:it|that) up"
    r"|hid|hidden|hiding|concealed|covered (?:it|that|this|everything) up|covered up|buried the|destroyed the|shredded"
    r"|(?:let|left) (?:\w+ ){1,3}(?:believe|think)|kept (?:\w+ ){1,4}(?:secret|quiet|hidden)|kept (?:it|this|that) from"
    r"|said nothing|kept quiet|behind (?:his|her|their|my|your|everyones?) (?:\w+ )?backs?"
    r"|went through (?:his|her|their|my \w+s) (?:\w+ )?(?:phone|bag|things|messages|letters|pockets|drawers)|spied on|snooped"
    r"|read (?:his|her|their) (?:\w+ )?(?:diary|messages|letters|mail|emails?|texts)"
    # faith broken
    r"|betrayed|slept with|kissed (?:his|her|another|someone)|had an affair|broke (?:my|the|our|your|a) (?:word|promise|vow|vows)"
    # violence and damage
    rf"|(?:hit|slapped|punched|kicked|shoved|pushed|shook|struck|beat|choked|scratched|bit|spat at|threw (?:\w+ ){{1,3}}at) {_THEM}"
    r"|broke(?! (?:down|up|even|free|through|into|the (?:ice|news|habit)))|smashed|wrecked|damaged|crashed|trashed|tore up"
    r"|ripped up|set fire|slammed"
    r"|(?:shouted|screamed|yelled|swore|snapped) at|insulted|humiliated|mocked|bullied|threatened|blackmailed"
    # what one meant to leave alone
    r"|drank(?! (?:\w+ ){0,3}(?:tea|coffee|water|milk|juice|cocoa|soup))|was (?:drunk|high|lying|cheating|hiding|drinking|stealing)"
    r"|got (?:drunk|high|wasted|stoned)|smoked|gambled|relapsed|used again|binged|overate"
    # people left, duties let go
    rf"|left {_THEM}|abandoned|walked (?:out|away)(?! (?:of|from) (?:the|that|it|a) (?:bottle|drink|bar|pub|fight|argument|casino"
    rf"|hospital))"
    r"|drove off|drove away|ran off|ran away"
    r"|turned (?:him|her|them) away|hung up (?:on|again)|ghosted|blocked|ignored|let (?:him|her|them|everyone|everybody"
    r"|my \w+) down|gave (?:him|her|them) up"
    r"|skipped|skived|neglected|forgot (?:him|her|them|to|about|(?:his|her|our|their) \w+)|dodged|missed (?:(?:the|my|our|his|her"
    r"|an?) (?:\w+ )?(?:shift|deadline|appointment|meeting|payment|birthday|funeral|class|lesson|visit|rent|wedding))|shirked"
    r"|didnt (?:go|come|show up|turn up|visit|call|ring|pay|answer|help|stop)"
    r"|never (?:went|came|showed up|turned up|visited|called|rang|paid|answered|helped)|called in sick|put (?:it|that) off"
)
_WAY_OUT = (r"stopped|stop|quit|gave up|given up|instead of|without|never|not|didnt|dont|havent|wouldnt|no longer|before|refused to"
            r"|was|were|been|being|admitted"
            r"|owned up|apologi[sz]ed|told (?:\w+ ){1,3}(?:i|that i)|confessed")
_CLAUSE = re.compile(rf"\b(?:{_WRONG})\b")
_OWN = re.compile(rf"\b(?:i|ive|id|you|youve|youd)(?: (?!(?:{_WAY_OUT})\b)\w+){{0,3}}? (?:{_WRONG})\b"
                  rf"|\b(?:i|ive)(?: (?!(?:{_WAY_OUT}|he|she|they|we|who|you)\b)\w+){{0,12}} and (?:then )?(?:{_WRONG})\b")
_FIRST_PERSON = re.compile(r"\b(?:i|ive|id)\b")
_GUILT = re.compile(
    r"\b(?:ashamed|shame|shameful|guilt|guilty|remorse|regret|regrets|regretted|conscience|disgusted with myself|hate myself|unforgivable"
    r"|forgive (?:me|myself)|shouldnt have|should not have|should never have|(?:wish|if only) i (?:hadnt|had not|had never"
    r"|could undo|could take)"
    r"|(?:it|that) was wrong|wrong of me|what i (?:did|have done|ve done|ive done)|what ive done|cant undo|sorry for what"
    r"|(?:my|the) secret|in secret|secretly|nobody knows|no one knows|noone knows"
    r"|(?:he|she|they|nobody|no one|noone|everyone|everybody|anyone) (?:\w+ )?(?:doesnt|dont|didnt|does not|do not) (?:\w+ )?know"
    r"|(?:he|she|they|somebody|someone|anyone|anybody|everyone) (?:\w+ )?(?:finds?|found|will find|would find) out"
    r"|(?:havent|have not|never) told (?:anyone|anybody|a soul|him|her|them|my \w+)"
    r"|(?:own up|come clean|confess|confessed|got caught|be caught|get caught|found out))\b"
)
_POINTS_BACK = re.compile(r"\b(?:it|that|them|this|those|again|another|more|the rest)\b")


def is_deed(clause: Clause) -> bool:
    """True for something the seeker did that took effort ("you kept the shop open"), nothing they may regret."""
    keys = [key_of(word) for word in clause.turned.split()]
    if (
        keys[0] not in {"you", "youve"}
        or len(keys) < 4
        or "not" in keys
        or any(key in word_set("negators") for key in keys)
    ):
        return False
    if any(key in listed("not_effort") for key in keys) or clause.feeling or is_wrong(clause.turned):
        return False
    place = 1
    while place < len(keys) and keys[place] in listed("adverbs") and keys[place] not in {"of", "kind", "sort", "together"}:
        place += 1
    if keys[place : place + 1] == ["have"] and len(keys) > place + 2:
        place += 1
    return place < len(keys) and keys[place] in listed("effort")


def takes_doing(deed: str) -> bool:
    """True for a deed that may be credited unasked: something made, mended, learned, kept up or done for others."""
    keys = [key_of(word) for word in deed.split()]
    return not listed("credit").isdisjoint(keys[1:4]) or keys[-2:] == ["by", "hand"] or " by hand " in deed or "yourself" in keys


@lru_cache(maxsize=1024)
def is_wrong(clause: str) -> bool:
    """True for a clause that holds taking, lying, hiding, cheating, hurting, breaking, drinking, leaving or letting a duty go."""
    return _CLAUSE.search(normal(clause)) is not None


@lru_cache(maxsize=512)
def tells_a_wrong(text: str) -> bool:
    """True for a message in which the seeker tells such a deed of their own."""
    words = normal(text)
    return _FIRST_PERSON.search(words) is not None and _OWN.search(words) is not None


@lru_cache(maxsize=512)
def shows_guilt(text: str) -> bool:
    """True for a message that shows guilt, shame or something kept secret."""
    return _GUILT.search(normal(text)) is not None or State.ASHAMED in shown_in(text)


def creditable(deed: str, text: str, earlier: list[str]) -> bool:
    """True where a deed told in ``text`` may be praised: no wrong and no guilt is told with it, and it does not point back to one
    (as in "I took it again") told in the ``earlier`` messages."""
    if tells_a_wrong(text) or shows_guilt(text):
        return False
    return not (_POINTS_BACK.search(normal(deed)) and any(tells_a_wrong(said) for said in earlier))
