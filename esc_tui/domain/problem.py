"""From the problem type a corpus writes beside a dialogue to the closed label of what the talk is about."""

from __future__ import annotations

import re

from esc_tui.domain.labels import Scenario

_NAMES = {scenario.value.replace("-", " "): scenario for scenario in Scenario} | {
    "conflict with parents": Scenario.ISSUES_WITH_PARENTS,
    "depression": Scenario.ONGOING_DEPRESSION,
    "others": Scenario.OTHER,
}
"""The labels' own names and what ESConv and FailedESConv write for them; ESConv's 12 other types differ in case alone."""

_WORDS: tuple[tuple[Scenario, str], ...] = (
    (Scenario.BEREAVEMENT, r"bereave\w*|grief|griev\w+|death|died|mourning|loss of (?:a|my|the) (?:loved one|parent|pet|friend)"),
    (Scenario.ALCOHOL_ABUSE, r"alcohol\w*|drinking"),
    (Scenario.SCHOOL_BULLYING, r"bull(?:y|ied|ying)"),
    (Scenario.APPEARANCE_ANXIETY, r"appearance|body image|looks"),
    (Scenario.SLEEP_PROBLEMS, r"sleep\w*|insomnia"),
    (Scenario.PROCRASTINATION, r"procrastinat\w+"),
    (Scenario.BREAKUP_WITH_PARTNER, r"break-?ups?|divorce\w*|separation|ex-?(?:partner|wife|husband|girlfriend|boyfriend)"),
    (Scenario.ISSUES_WITH_CHILDREN, r"child(?:ren)?|parenting|parenthood"),
    (Scenario.ISSUES_WITH_PARENTS, r"parents?|mother|father|family"),
    (Scenario.PARTNER_CONFLICT, r"partner|marriage|marital|spouse|husband|wife|girlfriend|boyfriend|romantic"),
    (Scenario.PROBLEMS_WITH_FRIENDS, r"friends?|friendships?"),
    (Scenario.ACADEMIC_PRESSURE, r"academic|school|stud(?:y|ies|ying)|exams?|university|college"),
    (Scenario.MONEY_WORRIES, r"money|financ\w+|debts?"),
    (Scenario.JOB_CRISIS, r"jobs?|work|career|unemploy\w+|burn-?out|workplace"),
    (Scenario.HEALTH_WORRIES, r"health|illness|disease|pain"),
    (Scenario.LONELINESS, r"lonel\w+|isolation"),
    (Scenario.ONGOING_DEPRESSION, r"depress\w+|low mood"),
)
"""Words of free problem types, the more particular first: 'school bullying' is no pressure of study."""


def scenario_of_problem(problem_type: str) -> Scenario | None:
    """The scenario a corpus means by its problem type, in any case and spelling; None for an empty or unknown one.

    A name of the labels or of ESConv decides first ('Sleep Problems', 'conflict with parents'), then the first particular
    word ('stress at work' is a job crisis).
    """
    name = " ".join(re.sub(r"[-_/]", " ", problem_type).casefold().split())
    known = _NAMES.get(name)
    if known is not None or not name:
        return known
    spelled = " ".join(problem_type.casefold().split())
    for scenario, words in _WORDS:
        if re.search(rf"\b(?:{words})\b", name) or re.search(rf"\b(?:{words})\b", spelled):
            return scenario
    return None
