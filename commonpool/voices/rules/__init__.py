"""The rules of the room, as plain values in and plain values out."""
