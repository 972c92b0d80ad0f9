"""Forms of this room. What was typed stays on every error, and every error is told at once."""
