"""Rules tested by data: a case is a small market and what the rule has to make of it."""
