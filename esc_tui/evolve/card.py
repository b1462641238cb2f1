"""The verdict card: one screen that says what was tried, what came of it, and what it does not say; as plain lines and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from esc_tui.bank.evolution import BlindReading, ProposalRow, VerificationRow
from esc_tui.domain.evolution import Claim, Registration, SafetyPart, Verdict
from esc_tui.domain.text import in_markdown, many, visible
from esc_tui.evolve.pairing import BLAMELESS
from esc_tui.evolve.wording import seekers_of

WORDS = {"accept": "ACCEPT", "reject": "REJECT", "not enough evidence": "NOT ENOUGH EVIDENCE", "never fired": "NEVER FIRED"}
CLAIMS = {Claim.IMPROVE: "better", Claim.SAFER: "safer, and no worse", Claim.TIDY: "no worse"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a card: what it is about, and what is said of it. ``weak`` lines say what stands behind others."""

    name: str
    text: str
    weak: bool = False


def card_rows(proposal: ProposalRow, verification: VerificationRow, readings: Sequence[BlindReading], stale: Sequence[str]) -> list[Row]:
    """The lines of the card of a verification that has its verdict, in the order they are read. Texts are plain, not escaped.

    Raises ValueError for one without a verdict.
    """
    verdict, registration = verification.verdict, verification.registration
    if verdict is None:
        raise ValueError(f"V-{verification.number} has no verdict yet")
    rows = [Row("VERDICT", WORDS[verdict.word]), *[Row("", reason) for reason in verdict.reasons]]
    rows += [Row("STALE", f"{reason}; verify it again") for reason in stale]
    rows.append(Row("TRIED", f"{proposal.name} {proposal.proposal.kind.value}: {proposal.proposal.title}"))
    rows.append(Row("CLAIM", _claim(registration)))
    rows += _effect_rows(proposal, registration, verdict)
    rows += [Row("SAFETY" if place == 0 else "", _safety(part)) for place, part in enumerate(verdict.safety)]
    rows += [Row("CRITICAL", sentence) for sentence in verdict.critical]
    if not verdict.critical and verdict.ceiling is not None:
        rows.append(Row("" if verdict.safety else "SAFETY",
                        f"no critical event was seen; up to {verdict.ceiling:.1%} of talks may still hold one", weak=True))
    rows += _group_rows(verdict)
    if verdict.second:
        rows.append(Row("AGAIN", f"second simulator: {verdict.second}"))
    rows.append(Row("READ", _read(readings)))
    if verdict.decides:
        rows.append(Row("MORE", verdict.decides))
    rows += [Row("NOT SAID" if place == 0 else "", sentence, weak=True) for place, sentence in enumerate(verdict.cannot_say)]
    fixed = (f"V-{verification.number}, registered {verification.time[:10]}, {registration.digest_of_all[:12]}: bank "
             f"r{registration.base_revision}, cohort {registration.cohort}, seed {registration.seed}, alpha {registration.alpha:g}")
    return [*rows, Row("FIXED", fixed, weak=True)]


def _safety(part: SafetyPart) -> str:
    passed = "passed" if part.passed else "not passed"
    return (f"{passed}: {part.name}, new {part.only_new} and gone {part.only_old} of {part.of} (at most {part.upper:.1%}, margin "
            f"{part.margin:.1%})" + (f"; {part.note}" if part.note else ""))


def _claim(registration: Registration) -> str:
    measure = "mean emotion over ten turns" if registration.primary == "mean" else "final emotion"
    who = f"for {seekers_of(registration.group)}" if not registration.group.anybody else "for all seekers"
    looks = ", ".join(map(str, registration.looks))
    return f"{CLAIMS[registration.claim]} {who}, by {measure}; looks at {looks} pairs ({registration.preset})"


def _effect_rows(proposal: ProposalRow, registration: Registration, verdict: Verdict) -> list[Row]:
    if verdict.effect is None or verdict.lower is None:
        return []
    measure, other = ("mean emotion", "final emotion") if registration.primary == "mean" else ("final emotion", "final emotion")
    upper = f", at most {verdict.upper:+.1f}" if verdict.upper is not None else ""
    rows = [Row("EFFECT", f"{verdict.effect:+.1f} points of {measure} over {many(verdict.pairs, 'pair')}, "
                          f"at least {verdict.lower:+.1f}{upper}")]
    if verdict.shrunken is not None and verdict.word == "accept":
        rows.append(Row("", f"expect about {verdict.shrunken:+.1f}: accepted results are partly luck", weak=True))
    if verdict.share_fired is not None:
        fired = f"it changed the talk in {verdict.share_fired:.0%} of pairs"
        if verdict.effect_fired is not None:
            fired += f", by {verdict.effect_fired:+.1f} there"
        rows.append(Row("", fired, weak=True))
    if registration.primary == "mean" and verdict.final_effect is not None:
        rows.append(Row("", f"{verdict.final_effect:+.1f} points of {other}", weak=True))
    if verdict.others_effect is not None and verdict.others_lower is not None:
        over = f" over {many(verdict.others_pairs, 'pair')}" if verdict.others_pairs is not None else ""
        rows.append(Row("OTHERS", f"{verdict.others_effect:+.1f} outside the group{over}, at least {verdict.others_lower:+.1f}"))
    if verdict.blameless is not None:
        over = f"{many(verdict.blameless_pairs, 'pair')} of " if verdict.blameless_pairs is not None else ""
        rows.append(Row("", f"{verdict.blameless:+.1f} among {over}seekers who want to hear they are not at fault, left out above",
                        weak=True))
    if proposal.proposal.group.need is BLAMELESS:
        rows.append(Row("", "They are who it is for, and left out all the same: flattery would earn their points", weak=True))
    return rows


def _group_rows(verdict: Verdict) -> list[Row]:
    hurt = [group for group in verdict.groups if group.harm or group.warn]
    if not verdict.groups:
        return []
    if not hurt:
        return [Row("GROUPS", f"no harm shown in any of {len(verdict.groups)} groups")]
    return [Row("GROUPS" if place == 0 else "", f"{'harmed' if group.harm else 'look at'}: {group.name} {group.effect:+.1f} "
                f"({many(group.pairs, 'pair')}, p {group.p:.3f})") for place, group in enumerate(hurt)]


def _read(readings: Sequence[BlindReading]) -> str:
    if not readings:
        return "not yet read by a person"
    counts = {choice: sum(one.choice == choice for one in readings) for choice in ("new", "old", "same")}
    names = ", ".join(dict.fromkeys(one.reader for one in readings))
    return f"read blind by {names}: {counts['new']} for the new bank, {counts['old']} for the old one, {counts['same']} the same"


def plain_card(rows: Sequence[Row]) -> str:
    """The card as aligned lines; control characters are shown, not obeyed."""
    width = max(len(row.name) for row in rows)
    return "\n".join(f"{row.name:<{width}}  {visible(row.text)}".rstrip() for row in rows)


def markdown_card(rows: Sequence[Row]) -> str:
    """The card as a Markdown table; nothing in it is read as markup."""
    head = next(row.text for row in rows if row.name == "VERDICT")
    body = "\n".join(f"| {row.name} | {in_markdown(row.text)} |" for row in rows if row.name != "VERDICT")
    return f"# Verdict: {head}\n\n| | |\n|---|---|\n{body}\n"
