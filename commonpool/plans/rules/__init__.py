"""Plans as plain values, and the rules that a plan must pass. No Django, no file, no clock."""
