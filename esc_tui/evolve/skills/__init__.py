"""What runs tell of each skill: its promise beside what followed, where it is passed over or always there, and what it does by group."""
