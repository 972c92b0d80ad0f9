"""The pages of plans. Who may open which stands in `site/access/`."""
