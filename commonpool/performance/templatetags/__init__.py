"""Parts of this room that stand on several of its pages."""
