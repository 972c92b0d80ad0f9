"""The pages of places: bodies, what would change, and the files that all of it comes from."""
