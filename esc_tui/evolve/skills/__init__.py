"""What runs tell of each skill: its promise beside what followed, where it is passed over or chosen widely, and what it does by group."""
