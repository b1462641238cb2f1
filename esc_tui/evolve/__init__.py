"""The bank evolves: findings from talks, proposals, verification by simulation, decisions, and what was learned of skills."""
