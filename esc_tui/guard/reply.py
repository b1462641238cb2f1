"""``check_reply`` and ``check_sentence``: what a drafted reply may not contain, read before a word of it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from esc_tui.guard.kinds import Evidence, ReplyCheck, ReplyProblem
from esc_tui.guard.normal import Plain, plain

_NEGATION = re.compile(r"\b(?:not|never|no|nor|neither|without)\b")
_SENTENCE = re.compile(r"[^.!?…。！？\n]+[.!?…。！？\n]*[\"”’)]*\s*")
_REFUSABLE = frozenset(ReplyProblem)
_DIRECT = re.compile(r"^ ?(?:you do not need|do not tell|do not need|no one|you do not|i will not|you should not|"
                     r"you have no|it is not (?:that|so|a)|that is not (?:that|so|a)|this is not (?:that|so|a)|not my|"
                     r"stop|i do not care|you could not|quit|skip|come off)")
_REPORTED = re.compile(
    r"\b(?:you (?:said|wrote|say|told me|mentioned|feel|felt|are saying|were told|hear|heard|wonder|worry|fear|asked)|"
    r"(?:they|he|she|people|others|someone|everyone|your \w+) (?:\w+ )?(?:said|say|says|tell|tells|told|keep saying|"
    r"keeps saying|keeps telling)|being told|hearing|words like|as if|when (?:people|someone|others|they|he|she)|"
    r"whether|sounds like you (?:feel|are afraid)|part of you|the thought that|instead of|rather than)\b")
_OWN_WORDS = frozenset({ReplyProblem.DISMISSAL, ReplyProblem.INVENTED_HISTORY, ReplyProblem.DIAGNOSIS,
                        ReplyProblem.FLATTERY_OF_HARM, ReplyProblem.PROMISE_OF_SECRECY})
_PROFESSIONAL = re.compile(r"\b(?:doctor|gp|pharmacist|psychiatrist|prescriber|nurse|clinician|physician|professional)\b")
_CRUEL = re.compile(
    r"(?:^ ?|[.,?] )(?:(?:so|then|just|please|well|maybe|go|and|okay|ok|now) )*(?:kill|hang|shoot|drown|hurt|cut) yourself\b"
    r"|\b(?:just |go and |go )(?:kill yourself|die\b)"
    r"|\b(?:world|everyone|everybody|they|family|people|others) (?:would|will|is|are) (?:be )?(?:\w+ )?better (?:off )?without you\b"
    r"|\b(?:nobody|no one) (?:would|will) (?:\w+ )?(?:miss you\b|(?:notice|care)(?: [.]| if you (?:are|were) (?:gone|dead)))"
    r"|(?:\byou (?:are|would be) |^ )(?:\w+ )?better off dead\b")
_ASKED_OR_FELT = re.compile(
    r"\b(?:feel|feels|felt|feeling|believe|think|thinking|thought|thoughts|though|seem|seems|sure|convinced|telling|idea|"
    r"sounds?|true|like|imagine|tells?|says?|said|believing|if|when)\b")
_CHINESE_CRUEL = re.compile(
    r"(?<![想要会不别说叫让])(?:去死吧|你(?:可以|应该|就|不如|干脆)+(?:去)?(?:死|自杀)(?![了掉]?吗))")
_CHINESE: dict[ReplyProblem, re.Pattern[str]] = {
    ReplyProblem.METHOD_INFORMATION: re.compile(r"致死(?:量|剂量)|(?:无痛|最快|最容易)的?(?:死法|自杀|方法死)|自杀的?方法"),
    ReplyProblem.DIAGNOSIS: re.compile(
        r"你(?:这)?(?:就是|得了|患有|患了|明显是|应该是|可能是|有)(?:\S{0,4})(?:抑郁症|双相|焦虑症|强迫症|精神分裂|人格障碍|创伤后应激)"),
    ReplyProblem.MEDICATION_ADVICE: re.compile(
        r"(?:你(?:可以|应该|不如)|建议你|试着|直接)(?:\S{0,4})(?:吃|服用|停|加|减)(?:\S{0,4})(?:药|安眠药|抗抑郁|褪黑素)"),
    ReplyProblem.INVENTED_HISTORY: re.compile(
        r"我(?:也|以前|曾经|当年|自己)(?:\S{0,3})(?:失恋|失业|离婚|经历过|得过|被|失去|抑郁|难过过|有过)|我(?:妈|爸|老公|老婆|孩子|朋友|男朋友|女朋友)"),
    ReplyProblem.DISMISSAL: re.compile(
        r"想开(?:点|一点)|别(?:矫情|想太多|多想了|那么脆弱|小题大做)|这(?:有|又)什么大不了|你(?:太|就是太)(?:敏感|脆弱|矫情)|比你惨|有什么好(?:哭|难过)"),
    ReplyProblem.PROMISE_OF_SECRECY: re.compile(
        r"(?:我)?(?:保证|答应你|绝对|一定)(?:\S{0,4})(?:不(?:会)?告诉|保密|不说出去)|我们(?:俩|之间)的秘密|不(?:用|要|必)告诉(?:任何人|别人|家里)"),
    ReplyProblem.FLATTERY_OF_HARM: re.compile(
        r"(?:死|自杀|自残)(?:\S{0,4})(?:是)?(?:勇敢|解脱|好办法|一种选择|值得)|没有你(?:他们|大家)会更好|他(?:该死|活该)"),
}


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[ReplyProblem, re.Pattern[str]], ...]:
    text = (files("esc_tui.guard") / "rules" / "replies.txt").read_text(encoding="utf-8")
    rows = (line.split(" | ", 1) for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return tuple((ReplyProblem(name.strip()), re.compile(source)) for name, source in rows)


def _in_quotes(message: Plain, start: int) -> bool:
    return message.words[:message.word_at(start)].count('"') % 2 == 1


def _stands(problem: ReplyProblem, message: Plain, match: re.Match[str], seeker: str) -> bool:
    """False when the words are refused, reported or the seeker's own rather than said by the supporter."""
    text, piece = message.text, match.group()
    edge = max(text.rfind(" . ", 0, match.start() + 1), text.rfind(" ? ", 0, match.start() + 1), 0)
    before = text[edge:match.start()]
    if problem in _REFUSABLE and not _DIRECT.match(piece) and _NEGATION.search(" ".join(before.split()[-5:])):
        return False
    if problem in _OWN_WORDS and _REPORTED.search(before):
        return False
    if problem in _OWN_WORDS and _in_quotes(message, match.start()):
        return False
    if problem is ReplyProblem.PROMISE_OF_SECRECY and re.search(r"\b(?:can|could|will|would) not (?:promise|keep|swear)", piece):
        return False
    if problem is ReplyProblem.MEDICATION_ADVICE and (piece.startswith("it is") or "asking for" in piece
                                                      or "ask for" in piece) and _PROFESSIONAL.search(text):
        return False
    if problem is ReplyProblem.MEDICATION_ADVICE and re.search(r"\b(?:do not|not|before|without|never|against)\b",
                                                               piece + before[-20:]):
        return not _PROFESSIONAL.search(text)
    if problem is ReplyProblem.DIAGNOSIS and seeker and piece.split()[-1] in seeker:
        return not re.search(r"\b(?:you (?:said|mentioned|have been told|were diagnosed|live with))\b", before)
    if problem is ReplyProblem.DISMISSAL and piece.startswith("at least"):
        return bool(re.match(r"at least (?:you (?:have|are|still|had|did|got)|he |she |they |it (?:is|was) not)", piece))
    return True


def _cruel(message: Plain, seeker: str) -> re.Match[str] | None:
    """Words that send somebody to their death; asking whether they feel so, or saying that it is not so, is none."""
    text = message.text
    for match in _CRUEL.finditer(text):
        edge = max(text.rfind(" . ", 0, match.start() + 1), text.rfind(" ? ", 0, match.start() + 1), 0)
        stop = re.search(r"[.?]", text[match.end():])
        asked = stop is not None and stop.group() == "?"
        if not asked and not _ASKED_OR_FELT.search(text[edge:match.start()]) and _stands(
                ReplyProblem.FLATTERY_OF_HARM, message, match, seeker):
            return match
    return None


@lru_cache(maxsize=1024)  # the sentences of skills are said in many talks
def _matches_nothing(text: str) -> bool:
    """True when no pattern matches a text at all, whatever it answers."""
    shown = plain(text).text
    if _CRUEL.search(shown) or any(pattern.search(shown) for _, pattern in _patterns()):
        return False
    return text.isascii() or not (_CHINESE_CRUEL.search(text) or any(pattern.search(text) for pattern in _CHINESE.values()))


def _find(text: str, seeker_text: str) -> ReplyCheck:
    if _matches_nothing(text):
        return ReplyCheck(True)
    message = plain(text)
    seeker = plain(seeker_text).text if seeker_text else ""
    cruel = _cruel(message, seeker)
    if cruel is not None:
        return ReplyCheck(False, ReplyProblem.FLATTERY_OF_HARM, (message.evidence(cruel.start(), cruel.end()),))
    in_chinese = _CHINESE_CRUEL.search(text)
    if in_chinese is not None:
        return ReplyCheck(False, ReplyProblem.FLATTERY_OF_HARM,
                          (Evidence(in_chinese.start(), in_chinese.end(), in_chinese.group()),))
    for problem, pattern in _patterns():
        for match in pattern.finditer(message.text):
            if _stands(problem, message, match, seeker):
                return ReplyCheck(False, problem, (message.evidence(match.start(), match.end()),))
    for problem, pattern in _CHINESE.items():
        found = pattern.search(text)
        if found:
            return ReplyCheck(False, problem, (Evidence(found.start(), found.end(), found.group()),))
    return ReplyCheck(True)


def check_reply(text: str, *, seeker_text: str = "") -> ReplyCheck:
    """Look at a whole drafted reply; the first problem found is named. ``seeker_text`` is what it answers."""
    return _find(text, seeker_text)


def check_sentence(so_far: str, sentence: str, *, seeker_text: str = "") -> ReplyCheck:
    """Look at the next sentence of a streamed reply, alone and after what was already released.

    ``evidence`` offsets count from the start of ``sentence``; a problem that only the two together make is
    reported on the whole sentence, because nothing of it may be shown.
    """
    alone = _find(sentence, seeker_text)
    if not alone.ok or not so_far:
        return alone
    joined = _find(f"{so_far} {sentence}", seeker_text)
    if joined.ok:
        return joined
    shift = len(so_far) + 1
    shown = tuple(Evidence(piece.start - shift, piece.end - shift, piece.text)
                  for piece in joined.evidence if piece.start >= shift)
    return ReplyCheck(False, joined.kind, shown or (Evidence(0, len(sentence), sentence),))


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text in order; joined they give the text again."""
    end = 0
    for match in _SENTENCE.finditer(text):
        yield text[end:match.end()]
        end = match.end()
    if end < len(text):
        yield text[end:]
