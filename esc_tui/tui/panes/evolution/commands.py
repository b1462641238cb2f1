"""The commands of the Evolution pane, outside of text fields."""

from __future__ import annotations

from esc_tui.tui.commands import Command

TABS: tuple[str, ...] = ("findings", "proposals", "ledger")
"""What the list holds."""

EVOLUTION_COMMANDS = (
    Command("evolution.round", "A round: simulate, find, propose, verify", "round", "n", "round", 6,
            help="Plays the develop shelf, looks for findings, proposes and verifies, as a job; then you decide."),
    Command("evolution.find", "Findings of a run", "find", "f", "find", 7, help="Analyses a stored run, and proposes from it on wish."),
    Command("evolution.verify", "Verify this proposal", "verify", "v", "verify", 2,
            help="Says first what so many pairs can show and what they cost; goes on with a verification that was stopped."),
    Command("evolution.edit", "Edit the proposed skill", "edit", "e", "edit", 5,
            help="In the form, and from there with E in your own editor; your version takes the proposal's place and is verified anew."),
    Command("evolution.accept", "Accept", "accept", "a", "accept", 3, help="Puts the proposed skills into force, on watch. Asks why."),
    Command("evolution.reject", "Reject", "reject", "x", "reject", 4,
            help="Keeps the proposal with your reason, which the proposer reads."),
    Command("evolution.promote", "Promote", "promote", "p", "promote", 3, help="From watch to active, once it has proved itself."),
    Command("evolution.roll_back", "Roll back to a revision", "roll_back", "R", "", 20,
            help="Shows first which skills, recorded turns, proposals and verdicts it touches."),
    Command("evolution.learn", "Learn from a run", "learn", "l", "", 21,
            help="Says first which posteriors and places a run would change; then its outcomes count, as a revision (e4 in the line of "
                 "revisions: evidence snapshot 4 came into force). Or takes that back."),
    Command("evolution.blind", "Read pairs blind", "blind", "b", "", 11,
            help="Ten pairs of the verification side by side, in an order that is drawn; you say which talk served the seeker better."),
    Command("evolution.plot", "The pairs as a plot", "plot", "w", "", 12,
            help="Every difference, sorted, with mean and interval; a pair of the develop shelf opens at its fork."),
    Command("evolution.skills", "What each skill does, and for whom", "skills", "m", "", 17,
            help="Promise beside delivery, skills passed over or chosen widely, and from runs with hidden skills a map of effects.",
            also="masking effect map promise delivery bypass"),
    Command("evolution.diff", "Difference on the whole screen", "diff", "D", "", 13, help="The skill before and after, side by side."),
    Command("evolution.filter", "Filter", "filter", "slash", "", 14, help="By kind, standing and words."),
    Command("evolution.copy", "Copy", "copy", "y", "", 15, help="What stands on the right, as plain text."),
    Command("evolution.export", "Export the verdict card", "export", "E", "", 16, help="As Markdown, SVG or HTML, into a file you name."),
    Command("evolution.next", "Next list", "tab(1)", "right_square_bracket", "lists", 8, key_display="[ ]",
            help="Findings, proposals, ledger."),
    Command("evolution.previous", "List before", "tab(-1)", "left_square_bracket", "", 30, palette=False, key_display="[",
            help="Ledger, proposals, findings."),
    Command("evolution.back", "Back to the list", "back", "escape", "", 31, palette=False, help="From the right side to the list."),
)
