"""Forms of this room, by what they ask for."""
