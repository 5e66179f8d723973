"""The weekly caseload review: who is on the agenda, what changed since the last, what became of each decision."""
