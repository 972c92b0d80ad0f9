"""The web project: settings, addresses, the list of who may open what."""
