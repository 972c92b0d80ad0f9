"""The only writes of this room."""
