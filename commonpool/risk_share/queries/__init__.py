"""What the room knows, read for its pages."""
