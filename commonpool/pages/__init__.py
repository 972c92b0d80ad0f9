"""What pages share: their frame, lists, figures, abbreviations and forms."""
