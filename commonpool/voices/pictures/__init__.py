"""Pictures of this room, each with the table of its numbers."""
