"""The Evidence pane: dialogues with their Intervention Units, the annotators' queue, agreement, the map of prototypes."""
