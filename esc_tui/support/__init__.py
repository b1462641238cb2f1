"""One supporter turn: guard, read, recall, choose, plan, write, guard, record."""
