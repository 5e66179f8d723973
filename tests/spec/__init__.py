"""Published and written-down examples that must come out as written."""
