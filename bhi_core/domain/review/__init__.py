"""The weekly caseload review: who is on the agenda, what changed since the last one, and what became of each decision."""
