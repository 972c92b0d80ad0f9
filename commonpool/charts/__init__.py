"""Charts, maps and flows as SVG, each with its table."""
