"""The demonstration's study of interviews: invented people, what they say, how it was coded, and what came of it."""
