"""Pictures of this room: each with its table, its title the finding."""
