"""One study beside the numbers: themes, metrics and money of the same sites in one table."""
