"""What a sentence takes for granted: feelings and things it may name only when the seeker has just shown them."""

from __future__ import annotations

import re
from functools import lru_cache

# Words of a sentence, and the states of which one must show.
_FEELINGS: tuple[tuple[str, frozenset[str]], ...] = (
    (r"sad|sadness|tears|cheer up|grief|grieving|should be over this|a loss\b|undo them", frozenset({"sad"})),
    (r"angry|anger|furious|blood boil|wasn't fair|line got crossed|fed up|patience thin|enough of it|raw as", frozenset({"angry", "venting"})),
    (r"ashamed|shame|verdict|guilty|hard on yourself|judges?\b|case were closed|think any less|think less of you|bad person"
     r"|make me want to look away|rather nobody heard|keeping this to yourself|whose opinion|be spoken to kindly|whole of who",
     frozenset({"ashamed"})),
    (r"lonely|loneliness|alone\b|by yourself|no one to tell|nobody to tell|beside you|no one beside|not being seen|nobody asks"
     r"|somebody asking|question you'd love somebody|company would|short of people|how it's been lately",
     frozenset({"lonely"})),
    (r"numb|sound down|feeling little|not feeling much|flat is|gets? through (?:to you )?(?:a little|at the moment)|go through you",
     frozenset({"numb", "hopeless"})),
    (r"scared|frighten\w*|fear\b|afraid|startles", frozenset({"afraid", "anxious"})),
    (r"worry|worried|worries|mind won't|bracing|thinking ahead|running ahead|working overtime|on alert|day it goes wrong"
     r"|still be guesses|filling in|round and round|picture it going wrong|finish its sentence|are you guessing",
     frozenset({"anxious", "afraid"})),
    (r"hope\b|hoping,|bleak|grim\b|no end\b|every door|nothing you do|paint it brighter|look forward to|tired of trying|feel the most stuck|it's got this bad|at its worst",
     frozenset({"hopeless", "numb"})),
    (r"two things are pulling|both sides|two sides|half of you|two minds|on the one hand|either way|whichever way|two honest"
     r"|argument with yourself|quieter side|third way|both choices|which choice|one option|want two things|each side|already decided",
     frozenset({"torn"})),
    (r"several things want|everything wants|running on empty|plates in the air|hours for|work of several|no gap|pair of (?:hands|shoulders)"
     r"|short of hands|keep up for long|drop off the list|took one job off|keeping all this up|which of these is pressing|great deal going on"
     r"|only one of the things|all turned up|has turned up together|slide by a week|crosses? out|putting it together",
     frozenset({"overwhelmed", "venting"})),
    (r"breathe a bit easier|eased|glad for you|good news|a bit of air|lovely to hear|let yourself enjoy|loosened|room again|credit where"
     r"|glad to hear this|made the difference|get to feel good|less weight|feels different now|hard part out loud|last into tomorrow",
     frozenset({"relieved"})),
    (r"settled enough|looked? at from|little further off|different light|fall into place|looking back|put your finger|found out",
     frozenset({"reflecting", "relieved"})),
)
# Words of a sentence, and words of which one must have been said.
_THINGS: tuple[tuple[str, str], ...] = (
    (r"in bed|in the night|at night|evenings?|lie there|lie down|two in the morning|asleep|go to sleep|late enough",
     r"night\w*|evening\w*|sle[ep]\w*|bed|awake|[2345] ?am|dark|dream\w*|insomnia|wake"),
    (r"drink\w*|first glass|first one\b|sober", r"dr[iau]nk\w*|bottle\w*|wine|beer|alcohol\w*|sober|pub|glass\w*|cans?|vodka|whisk\w+"),
    (r"waiting|the wait\b", r"wait\w*|result\w*|hear back|appointment\w*|until|answer\w*|scan|biops\w+|test|14th|letter"),
    (r"money|bills?\b|sums|running short", r"money|bills?|rent|debts?|owe\w*|pay|paid|loans?|mortgage|afford|overdraft|broke|letters?|euros?|pounds|dollars|thousand|salary"),
    (r"shout|a row\b|boils up", r"shout\w*|yell\w*|scream\w*|row|rows|fight\w*|fought|argu\w*|snap\w*|loud|temper|lost it|slam\w*"),
    (r"do you miss|you miss\b|missing someone|you notice their absence|their absence", r"miss\w*|gone|died|dead|left|lost|without|used to|remember\w*|over|broke up|ex|passed|funeral|grave|cups?|chair"),
    (r"mirror", r"mirror\w*|look\w*|photo\w*|face|body|pictures?"),
    (r"came out wrong|on me\b|fair point|i went too fast|stop me there|ahead of any guess|did i miss|than what i've said|convince me"
     r"|from you've written|up close|in your own words, how would|should have started",
     r"you|your|youre|program|bot|machine|advice|dont tell|don't tell|stop|listen\w*|asking"),
    (r"laziness|motivation|putting this off|a thing waits|thing that leaves", r"lazy|laziness|put\w* (?:it )?off|avoid\w*|start\w*|procrastinat\w*|motivat\w*|tomorrow|delay\w*|scroll\w*|instead|clean\w*|open\w*|due|deadline\w*"),
    (r"a job is the pay|job is gone|job hunting|benefits", r"job\w*|let (?:me|us) go|laid off|fired|redundan\w*|unemploy\w*|work|made redundant|contract|hir\w+"),
    (r"those? pills|the symptoms", r"symptom\w*|pain\w*|hurts?|ill|sick|doctor"),
    (r"apart from me, knows|knows how things stand|knows that", r"secret|nobody knows|tell|told|know\w*|hid\w*"),
    (r"not knowing what you want|the big question", r"(?:don'?t|dont) (?:even )?know|not sure|no idea|what i want"),
    (r"call yourself|hard way to talk about yourself", r"i'?m|i am|myself|me"),
    (r"the worst of it", r"worst|wait\w*|know\w*"),
)
_FEELING_RES = tuple((re.compile(rf"\b(?:{words})", re.IGNORECASE), states) for words, states in _FEELINGS)
_THING_RES = tuple(
    (re.compile(rf"\b(?:{words})", re.IGNORECASE), re.compile(rf"\b(?:{said})\b", re.IGNORECASE))
    for words, said in _THINGS
)


@lru_cache(maxsize=4096)
def _taken_for_granted(template: str) -> tuple[tuple[frozenset[str], ...], tuple[re.Pattern[str], ...]]:
    return (
        tuple(states for words, states in _FEELING_RES if words.search(template)),
        tuple(said for words, said in _THING_RES if words.search(template)),
    )


def presumes(template: str, states: frozenset[str], texts: str) -> bool:
    """True when a sentence names a feeling none of ``states`` is, or a thing not in ``texts``, the newest messages."""
    feelings, things = _taken_for_granted(template)
    return any(not (wanted & states) for wanted in feelings) or any(not said.search(texts) for said in things)
