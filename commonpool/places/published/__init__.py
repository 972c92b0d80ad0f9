"""The room’s own data: which published files are known, and what no lookup says."""
