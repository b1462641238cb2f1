"""From dialogues to Intervention Units, prototypes, mined skills and a learned planner."""
