"""Who may see and do what, and what each body has consented to."""
