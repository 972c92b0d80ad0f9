"""Tags for templates: `pages` for figures, words and page parts, `govuk_forms` for the templates of forms."""
