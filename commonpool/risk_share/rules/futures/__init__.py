"""A contract tried out on many possible years, before anybody signs it."""
