"""The only writes of this room: one transaction and one event of the history each."""
