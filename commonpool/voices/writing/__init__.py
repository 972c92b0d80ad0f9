"""Files that this room writes. The same content gives the same bytes: no clock and no chance is in them."""
