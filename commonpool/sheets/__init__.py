"""Workbooks and CSV from outside, read under guard; and written so that they are safe to open."""
