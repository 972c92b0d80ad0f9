"""Tags for this room's templates."""
