"""Reads of this room, each for one person."""
