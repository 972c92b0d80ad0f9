"""The rules of risk share. They run without Django, database, clock or settings."""
