"""How each published source is laid out: one description a source, read by `performance.store`."""
