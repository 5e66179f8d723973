"""The weekly review: agenda, what changed since, recommendations and what became of them, the loop."""
