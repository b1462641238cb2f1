"""What a message does in the talk: greets, answers in a word, asks for advice, complains about the reply."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from esc_tui.engines.embedded.remarks import asks_for_a_step, says_echoed
from esc_tui.engines.embedded.turning import listed
from esc_tui.engines.embedded.words import Token, act_phrases, tokens_of, word_set
from esc_tui.engines.roles import Act, Moment

_SHORT = 5
_ASKED_BACK = 10  # a longer message tells something besides
_TELLING = 2.75  # a few words of this intensity are no mere answer


@lru_cache(maxsize=512)
def labels_in(text: str) -> Mapping[str, list[tuple[int, int]]]:
    """All act phrases of a message with their token places."""
    found: dict[str, list[tuple[int, int]]] = {}
    tokens = tokens_of(text)
    for match in act_phrases().find(tokens):
        if match.label == "thank" and match.first and tokens[match.first - 1].key in _NO_THANKS:
            continue  # "I don't do it for thanks"
        if match.label == "ask_advice" and _knows(tokens, match.first):
            continue  # "I knew what to do"
        found.setdefault(match.label, []).append((match.first, match.last))
    if asks_for_a_step(text):
        found.setdefault("ask_advice", []).append((0, len(tokens)))
    if says_echoed(text):
        found.setdefault("complain_about_reply", []).append((0, len(tokens)))
    return found


def _knows(tokens: tuple[Token, ...], place: int) -> bool:
    """True where "I knew" or "he knows" stands before a place, and no "don't" before that."""
    before = [token.key for token in tokens[max(0, place - 4) : place]]
    return before[-1:] in (["knew"], ["knows"], ["know"]) and not {"dont", "didnt", "not", "never", "doesnt", "who"} & set(before)


_NO_THANKS = frozenset({"for", "any", "of", "without", "expect", "want", "get", "got", "a"})


def asked_lately(moment: Moment) -> bool:
    """True when advice was asked for in one of the seeker's last three messages."""
    said = [line.text for line in moment.history if line.speaker == "seeker"][-2:]
    return any("ask_advice" in labels_in(text) for text in (*said, moment.text))


def says_not_knowing(text: str) -> bool:
    """True for a short message that only says "I don't know"."""
    tokens = tokens_of(text)
    found = labels_in(text)
    return 0 < len(tokens) <= 9 and "idk" in found and _covers(tokens, found["idk"])


def says_yes(text: str) -> bool:
    """True for a message that opens by agreeing."""
    return any(first == 0 for first, _ in labels_in(text).get("agree", ()))


def says_no(text: str) -> bool:
    """True for a message that opens by declining."""
    return any(first == 0 for first, _ in labels_in(text).get("refuse", ()))


def commits(text: str) -> bool:
    """True when they take up a step or name one of their own ("i could try that")."""
    if "?" in text or "wish" in {token.key for token in tokens_of(text)}:
        return False
    words = " ".join(token.key for token in tokens_of(text))
    return "commit" in labels_in(text) or _COULD.search(words) is not None or _TAKES_UP.search(words) is not None


_OWN_STEPS = (r"(?:ask|call|ring|phone|text|write|talk to|speak to|speak with|tell (?!everyone|them all|people)|try|plant|book|visit"
              r"|apologi[sz]e|practi[cs]e|sign up|invite|knock"
              r"|go (?:down|over|out|for|to (?:the|a|my|see))|take (?:a|the) (?:walk|day|class|course))")
_TAKES_UP = re.compile(
    r"^(?:(?:ok|okay|yeah|yes|sure|alright|maybe|hm+|fine|right|i like|perhaps) )+(?:the|that) (?:\w+ ){0,2}(?:thing|one|idea|way)"
    r"(?: (?:maybe|then|might|could|sounds|good|ok|okay|doable|work|first|i|guess|think|suppose))*$|"
    rf"(?<!if )(?<!when )\b(?:im|i am) (?:gonna|going to) {_OWN_STEPS}|\bi might {_OWN_STEPS}"
)
"""A proposal taken up ("ok the breathing thing maybe"), and a step of their own just ahead ("im gonna ask him")."""
_COULD = re.compile(
    r"\bok(?:ay)? i can (?!t\b|not)[a-z]+ [a-z]+|"
    r"\bi could (?!be |have|sleep|scream|cry|never|not|die|just |hardly|barely|kill|punch|see|feel|hear|do no|eat|only|think"
    r"|remember|manage|afford)[a-z]+ [a-z]+"
)


def asks_why_asked(text: str) -> bool:
    """True for "why do you ask"."""
    return "why_ask" in labels_in(text)


def asks_what_meant(text: str) -> bool:
    """True for "what do you mean", "huh": the reply before was not understood."""
    return "what_mean" in labels_in(text) and len(tokens_of(text)) <= _ASKED_BACK


def asks_whether(text: str) -> bool:
    """True when advice is sought on a decision ("should i tell them")."""
    tokens = tokens_of(text)
    return any(
        first == 0 or tokens[first - 1].key not in {"what", "how", "where", "when", "who", "why"}
        for first, _ in labels_in(text).get("should", ())
    )


def asks_leave(text: str) -> bool:
    """True when they propose a step as a question ("could i write instead?")."""
    return any(first <= 1 for first, _ in labels_in(text).get("may_i", ()))


def asks_for_words(text: str) -> bool:
    """True when they ask how to say something to someone."""
    return "what_words" in labels_in(text)


def asks_if_normal(text: str) -> bool:
    """True for "is it normal to ...", "am i overreacting"."""
    return "normal" in labels_in(text)


def wants_only_listening(texts: tuple[str, ...]) -> bool:
    """True when, of the seeker's messages (oldest first), "just listen" was said after any call for advice."""
    for text in reversed(texts[-8:]):
        found = labels_in(text)
        if "only_listen" in found:
            return True
        if "ask_advice" in found:
            return False
    return False


def _covers(tokens: tuple[Token, ...], spans: list[tuple[int, int]]) -> bool:
    """True when phrases and fillers make up the whole message."""
    inside = {place for first, last in spans for place in range(first, last)}
    return all(place in inside or token.key in listed("fillers") for place, token in enumerate(tokens))


_KIND_TO_US = re.compile(
    r"^(?:(?:ok|okay|and|but|well|aw+|oh|lol|thanks|thats) )*(?:ur|youre|you are|u r|u are|your)"
    r" (?:(?:so|very|really|actually|quite|pretty|too|kinda|kind of|rather|a) )*"
    r"(?:kind|nice|sweet|good|ok|okay|great|easy|lovely|alright|cool|helpful)"
    r"(?: (?:listener|at this|to (?:talk to|me|say so|say that)|for an? \w+|bot|program|machine|you know|tbh))*$"
)
"""A kind word to the one who listens."""
_ASKS_UNMARKED = re.compile(r"^(?:and |so |but |ok )*(?:can|could|may) i (?!just\b|tell|say|talk|ask you|write)|\bdo (?:you|u|ya) think$")
_SHRUG = re.compile(r"\b(?:oh well|it is what it is|thats (?:life|how it is)|its life|ah well)\b.*"
                    r"\bwhat can you do\b(?! (?:for|about|with))"
                    r"|\bwhat can you do (?:its|thats|it is|that is|anyway)\b")
""""What can you do" that shrugs and asks nobody."""
_POLITE = re.compile(r"\b(?:how are you|how about you|and you|how r u|how you doing)(?: today| doing)?\s*\?+\s*$", re.IGNORECASE)


def act_of(moment: Moment, intensity: float) -> Act:
    """The dialogue act of the current message; rules in order of how costly it is to miss them."""
    tokens = tokens_of(moment.text)
    count = len(tokens)
    if count == 0:
        return "unclear"
    found = labels_in(moment.text)
    answered = any(line.speaker == "supporter" for line in moment.history)
    words = " ".join(token.key for token in tokens)
    question = ("?" in moment.text[-4:] and _POLITE.search(moment.text) is None) or _ASKS_UNMARKED.search(words) is not None
    keys = {token.key for token in tokens}
    if answered and "complain_about_reply" in found and count <= 40:
        return "complain_about_reply"
    if "why_ask" in found and answered and count <= 14:
        return "ask_question"
    if answered and asks_what_meant(moment.text):
        return "ask_question"
    if "ask_program" in found and count <= 30 and not _SHRUG.search(words):
        return "ask_program"
    if answered and count <= _ASKED_BACK and _KIND_TO_US.search(words):
        return "thank"
    if "only_listen" in found:
        return "only_listen"
    if "ask_advice" in found and not asks_if_normal(moment.text) and not _advice_refused(tokens, found["ask_advice"]):
        return "ask_advice"
    if "goodbye" in found and _closes(tokens, found["goodbye"]):
        return "goodbye"
    asks_more = "?" in moment.text and count > 4
    if "thank" in found and (answered or count <= 6) and not asks_more and _thanks(tokens, found["thank"]):
        return "thank"
    if (
        "greet" in found
        and found["greet"][0][0] == 0
        and (count <= 3 or (count <= 9 and "english" in keys) or (count <= 8 and intensity < 2.3 and not question and "my" not in keys))
    ):
        return "greet"
    if count <= 2 and keys & {"ugh", "argh", "aargh", "grr", "arghh", "ughh"}:
        return "vent"
    if says_not_knowing(moment.text):
        return "answer_short"
    if "refuse" in found and found["refuse"][0][0] == 0 and (
        (count <= 2 and tokens[0].key not in {"nothing", "never"}) or _covers(tokens, found["refuse"])
    ):
        return "refuse"
    if "agree" in found and found["agree"][0][0] == 0 and (count <= 4 or _covers(tokens, found["agree"])):
        return "agree"
    if question and count <= 24 and _asks_supporter(tokens):
        return "ask_question"
    if asks_if_normal(moment.text) and count <= 40 and (question or count <= 14):
        return "ask_question"
    if intensity >= _TELLING:
        pass  # "what's the point" is short and says a great deal
    elif (count <= 3 and not {token.key for token in tokens} & listed("acts_subjects")) or (
        answered
        and count <= 4
        and not keys & (listed("acts_subjects") - {"my"})
        and keys.isdisjoint(listed("bases"))
        and keys.isdisjoint(listed("pasts"))
        and not keys & {"is", "are", "was", "were"}
        and not any(key.endswith("ed") for key in keys)
    ):
        return "answer_short" if any(character.isalpha() for character in moment.text) else "unclear"
    if _gibberish(tokens):
        return "unclear"
    return "vent" if _vents(moment.text, tokens, intensity) else "disclose"


def _advice_refused(tokens: tuple[Token, ...], spans: list[tuple[int, int]]) -> bool:
    """True for "he told me what to do", "nobody tells me how to": the question is not put to the supporter."""
    told = frozenset(
        [
            "told",
            "tells",
            "tell",
            "telling",
            "says",
            "said",
            "know",
            "knows",
            "taught",
            "knowing",
            "ask",
            "asked",
            "asking",
            "about",
            "on",
        ]
    )
    return (
        all(
            first > 0
            and tokens[first - 1].key in told | {"me", "him", "her", "us"}
            and tokens[first].key in {"what", "how", "where"}
            and tokens[first + 1].key == "to"
            for first, _ in spans
        )
        and "?" not in tokens[-1].text
    )


def _closes(tokens: tuple[Token, ...], spans: list[tuple[int, int]]) -> bool:
    last = max(end for _, end in spans)
    first = min(start for start, _ in spans)
    after = len(tokens) - last
    keys = {token.key for token in tokens}
    if keys & {"said", "saying", "says", "never", "without", "dread", "whether", "if", "hate"} and len(tokens) > 4:
        return False
    have_to = tokens[first].key in {"have", "gotta", "got", "need", "should", "must", "going", "i"}
    if have_to and len(tokens) > 8 and "thank" not in labels_in(" ".join(token.key for token in tokens)):
        return after <= 2 and keys.isdisjoint({"but", "work", "tomorrow", "him", "her", "there"})
    return len(tokens) <= 18 and after <= 6


def _thanks(tokens: tuple[Token, ...], spans: list[tuple[int, int]]) -> bool:
    keys = [token.key for token in tokens]
    first, last = spans[0]
    if keys[last : last + 2] == ["for", "nothing"] or (last - first == 1 and "god" in keys[last : last + 1]):
        return False
    if first > 0 and keys[first - 1] in {"no", "never", "without", "say", "said", "says", "even", "not", "he", "she", "they"}:
        return False  # "and then he thanks me" is told, not said to us
    if not {"me", "us", "him", "her", "them"}.isdisjoint(keys[last : last + 1]):
        return False
    return len(tokens) <= 22 and (first <= 3 or len(tokens) - last <= 6)


def _asks_supporter(tokens: tuple[Token, ...]) -> bool:
    keys = {token.key for token in tokens}
    first = next((token.key for token in tokens if token.key not in {"and", "but", "so", "or", "then"}), "")
    return bool(keys & {"you", "u", "your"}) or first in {
        "is",
        "does",
        "do",
        "can",
        "what",
        "whats",
        "why",
        "how",
        "am",
        "will",
        "would",
        "did",
        "who",
        "when",
        "where",
        "which",
    }


def _vents(text: str, tokens: tuple[Token, ...], intensity: float) -> bool:
    keys = [token.key for token in tokens]
    swears = sum(key in word_set("swears") for key in keys)
    letters = [character for character in text if character.isalpha()]
    shouting = len(letters) > 12 and sum(map(str.isupper, letters)) > 0.6 * len(letters)
    asked = "ugh" in keys or "rant" in keys or {"fed", "up"} <= set(keys) or "vent" in keys
    heat = swears + 2 * shouting + text.count("!") * 0.5 + keys.count("and") * 0.25 + asked * 1.5 + len(keys) / 60
    return heat + max(0.0, intensity - 3.5) * 0.6 >= 2.0


def _gibberish(tokens: tuple[Token, ...]) -> bool:
    """True when no word holds a vowel or all are one long string of consonants."""
    return all(
        re.search(r"[aeiouy]", token.key) is None or re.search(r"[bcdfghjklmnpqrstvwxz]{6}", token.key)
        for token in tokens
    )
