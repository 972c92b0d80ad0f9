"""Forms of this room, by what they are for; what was typed stays on every error."""
