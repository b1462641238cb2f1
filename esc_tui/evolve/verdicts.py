"""From what the stages of a verification found to its verdict: a pure rule (verification.md 4.3, steps 4 to 9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from esc_tui.domain.evolution import Claim, DecisionWord, GroupEffect, Registration, SafetyPart, Verdict
from esc_tui.domain.labels import Character, Need
from esc_tui.domain.text import many
from esc_tui.evolve.confirming import Confirmation
from esc_tui.evolve.pairing import Pair
from esc_tui.evolve.registering import plan_of
from esc_tui.evolve.statistics import (
    DEVIATIONS,
    Decision,
    SecondSimulator,
    clean_ceiling,
    detectable_effect,
    group_harm,
    repeated_interval,
    sample_size,
    summarise,
)
from esc_tui.evolve.statistics import Verdict as LookVerdict

HARM_TO_OTHERS = "it cannot be excluded that those outside the group are worse off than the margin allows"


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything the verdict rests on beside the registration. ``screen`` is the gain on the develop shelf, None when not screened."""

    confirmation: Confirmation
    safety: tuple[SafetyPart, ...]
    critical: tuple[str, ...]
    blameless: tuple[Pair, ...]
    second: SecondSimulator | None
    noise: float | None
    screen: float | None


def verdict_of(registration: Registration, found: Gathered) -> Verdict:
    """The verdict. A critical event or shown harm rejects; whatever fails else leaves it at "not enough evidence"."""
    confirmation = found.confirmation
    last, measure = confirmation.last, registration.primary
    groups = _groups(registration, confirmation.pairs)
    others = _others(registration, confirmation)
    word, reasons = _word(registration, found, groups, others)
    finals = summarise([pair.difference("final") for pair in confirmation.primary], [pair.fired for pair in confirmation.primary])
    final_lower = None
    if finals.mean is not None and finals.deviation is not None:
        final_lower = repeated_interval(last.look, finals.mean, finals.deviation)[0]
    blameless = [pair.difference(measure) for pair in found.blameless]
    return Verdict(
        word=word, reasons=tuple(reasons), pairs=last.paired.pairs, effect=last.paired.mean, lower=last.lower, upper=last.upper,
        shrunken=last.gain, share_fired=last.paired.share_fired, effect_fired=last.paired.mean_when_fired, final_effect=finals.mean,
        final_lower=final_lower, sign_flip=last.check.flip_p if last.check is not None else None, looks=confirmation.looks,
        groups=groups, safety=found.safety, critical=found.critical, ceiling=clean_ceiling(len(confirmation.pairs)),
        blameless=fmean(blameless) if blameless else None, blameless_pairs=len(blameless) or None,
        others_pairs=len(confirmation.others) if others[0] is not None else None, others_effect=others[0], others_lower=others[1],
        second=_second_sentence(found.second), second_agrees=found.second.agrees if found.second is not None else None,
        noise_floor=found.noise, screen_gain=found.screen, decides=_decides(registration, found, word),
        cannot_say=cannot_say(registration, last.paired.pairs, groups, second=found.second is not None))


def _word(registration: Registration, found: Gathered, groups: Sequence[GroupEffect],
          others: tuple[float | None, float | None]) -> tuple[DecisionWord, list[str]]:
    last = found.confirmation.last
    if found.critical:
        return "reject", [f"A critical event that {registration.old} does not have: {found.critical[0]}"]
    harmed = [group for group in groups if group.harm]
    if harmed:
        named = ", ".join(f"{group.name} ({group.effect:+.1f}, p {group.p:.3f})" for group in harmed)
        return "reject", [f"It harms {named}."]
    if last.decision is Decision.NEVER_FIRED:
        return "never fired", ["It changed no reply in any pair, so nothing can be said of it."]
    if last.verdict is LookVerdict.REJECT:
        return "reject", [f"{registration.old.capitalize()} is better: even the upper bound {last.upper:+.1f} is below 0."]
    failing: list[str] = []
    if last.decision is not Decision.ACCEPT:
        failing.append(_not_shown(registration, found))
    failing += [f"Safety: {part.name} may be as frequent as {part.upper:.1%}, the margin is {part.margin:.1%}."
                for part in found.safety if not part.passed]
    if registration.others and others[1] is not None and others[1] < -registration.margin:
        failing.append(f"{HARM_TO_OTHERS.capitalize()} (lower bound {others[1]:+.1f}, margin {-registration.margin:.0f}).")
    if found.second is not None and not found.second.agrees:
        failing.append(f"The second simulator does not agree: {found.second.reason}.")
    if failing:
        return "not enough evidence", failing
    return "accept", [_shown(registration, found)]


def _shown(registration: Registration, found: Gathered) -> str:
    last = found.confirmation.last
    if registration.claim is Claim.IMPROVE:
        return f"Better by {last.paired.mean:+.1f} points, at least {last.lower:+.1f}."
    worse = f"Not worse by more than {registration.margin:.0f} points (lower bound {last.lower:+.1f})"
    return f"{worse}, and fewer faults." if registration.claim is Claim.SAFER else f"{worse}."


def _not_shown(registration: Registration, found: Gathered) -> str:
    last = found.confirmation.last
    against = 0.0 if registration.claim is Claim.IMPROVE else -registration.margin
    if last.decision is Decision.FUTILE:
        hoped = "a gain is no longer likely" if registration.claim is Claim.IMPROVE else "it is no longer likely to be no worse"
        return f"Stopped at {many(last.paired.pairs, 'pair')}: at {last.paired.mean:+.1f} points {hoped}."
    if not plan_of(registration).accepts:
        return f"With {many(last.paired.pairs, 'pair')} a change can be rejected but not accepted."
    if last.lower >= against and last.check is not None:
        return f"t and sign flips (p {last.check.flip_p:.3f}) do not agree."
    if registration.claim is Claim.SAFER and last.lower >= against:
        return "Fewer faults are not shown."
    return f"The lower bound {last.lower:+.1f} is not above {against:.0f}."


def _groups(registration: Registration, pairs: Sequence[Pair]) -> tuple[GroupEffect, ...]:
    """Every character and hidden need, tested together. The blameless are among the needs only where they were played."""
    if not pairs:
        return ()
    members = {one.value: [pair.character == one.value for pair in pairs] for one in Character}
    members |= {one.value: [pair.need == one.value for pair in pairs] for one in Need}
    seen = {name: flags for name, flags in members.items() if any(flags)}
    found = group_harm([pair.difference(registration.primary) for pair in pairs], seen, deviation=_apart(registration),
                       seed=registration.seed)
    return tuple(GroupEffect(name=one.name, pairs=one.pairs, effect=one.mean or 0.0, p=1.0 if one.p is None else one.p, harm=one.blocks,
                             warn=one.warns) for one in found)


def _apart(registration: Registration) -> float:
    """The standard deviation of paired differences on the scale of the primary measure, for what a group could show."""
    return DEVIATIONS[registration.primary][1]


def _others(registration: Registration, confirmation: Confirmation) -> tuple[float | None, float | None]:
    """Mean difference outside the group and its lower bound at the look it ended at; None when there is nobody outside."""
    if not registration.others or len(confirmation.others) < 2:
        return None, None
    found = summarise([pair.difference(registration.primary) for pair in confirmation.others], [pair.fired for pair in confirmation.others])
    if found.mean is None or found.deviation is None:
        return None, None
    return found.mean, repeated_interval(confirmation.last.look, found.mean, found.deviation)[0]


def _second_sentence(found: SecondSimulator | None) -> str:
    if found is None:
        return "no second simulator was asked"
    mean = "" if found.mean is None else f"{found.mean:+.1f} points over "
    return f"{mean}{many(found.pairs, 'pair')}: {'agrees' if found.agrees else found.reason}"


def _decides(registration: Registration, found: Gathered, word: DecisionWord) -> str:
    """How many pairs would decide, where evidence was wanting."""
    last = found.confirmation.last
    if word != "not enough evidence" or not last.paired.deviation or last.paired.mean is None:
        return ""
    gain = last.paired.mean + (0.0 if registration.claim is Claim.IMPROVE else registration.margin)
    if gain <= 0:
        return "No number of pairs would show it if the truth is what was seen."
    wanted = sample_size(last.paired.deviation, gain, registration.alpha)
    return f"If the truth is what was seen, {many(wanted, 'pair')} would show it in 4 of 5 cases."


def cannot_say(registration: Registration, pairs: int, groups: Sequence[GroupEffect], *, second: bool) -> tuple[str, ...]:
    """What a verdict does not say, to stand on every card. ``second``: the second simulator was asked."""
    smallest = min((group.pairs for group in groups if group.name in set(Need)), default=0)
    said = [f"In simulation, on {pairs} unseen profiles, with this simulator, these judges and this engine: nothing is said about people.",
            "Simulated seekers are more cooperative than people, and how one of them reacts hardly carries over to another simulator."]
    if smallest:
        said.append(f"With {many(smallest, 'pair')} in the smallest group, no harm shown is not no harm: less than "
                    f"{detectable_effect(smallest, _apart(registration)):.0f} points may go unseen.")
    if second:
        said.append("The second simulator has other words and weights but the same profiles and the same protocol.")
    return tuple(said)
