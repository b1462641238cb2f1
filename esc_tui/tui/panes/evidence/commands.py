"""The commands of the whole Evidence pane, outside of text fields."""

from __future__ import annotations

from esc_tui.tui.commands import Command

VIEWS: tuple[tuple[str, str, str, str], ...] = (
    ("dialogues", "Dialogues", "esc_tui.tui.panes.evidence.dialogues", "DialoguesView"),
    ("queue", "Queue", "esc_tui.tui.panes.evidence.queue", "QueueView"),
    ("agreement", "Agreement", "esc_tui.tui.panes.evidence.agreement", "AgreementView"),
    ("map", "Map", "esc_tui.tui.panes.evidence.map_view", "MapView"),
)
"""The four views: id, title, where it lives; a view is imported when first shown."""

EVIDENCE_COMMANDS = (
    Command("evidence.dialogues", "Evidence: dialogues", "view('dialogues')", "D", "", 40, help="Read dialogues with their units."),
    Command("evidence.queue", "Evidence: queue", "view('queue')", "Q", "queue", 41, help="Label one unit after the other."),
    Command("evidence.agreement", "Evidence: agreement", "view('agreement')", "A", "", 42,
            help="How well labellers agree, and the units they differ on."),
    Command("evidence.map", "Evidence: map", "view('map')", "M", "map", 43, help="Prototypes by seeker state and support action."),
    Command("evidence.next", "Next view", "step(1)", "right_square_bracket", "", 44, palette=False, key_display="]",
            help="Dialogues, Queue, Agreement, Map."),
    Command("evidence.previous", "View before", "step(-1)", "left_square_bracket", "", 45, palette=False, key_display="[",
            help="Back through the views."),
    Command("evidence.import", "Import dialogues", "import_files", "i", "import", 20,
            help="Files of ESConv, FailedESConv, ChatML or ShareGPT, as a job beside the panes."),
    Command("evidence.export", "Export units, labels or decisions", "export", "E", "", 22,
            help="As CSV or JSON lines, with who labelled what and when; words only where their licence lets them be passed on.",
            also="save csv jsonl table"),
    Command("evidence.remove", "Remove an import", "remove_import", "delete", "", 46,
            help="Take the dialogues of one source out again, with their units; it says what goes and asks."),
    Command("evidence.extract", "Extract units, or stop", "extract", "x", "extract", 21,
            help="Let the engine of the settings label the units of every dialogue it has not read; while a job runs: stop it.",
            also="discover annotate label"),
)
