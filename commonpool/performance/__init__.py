"""Metrics: published activity, planned against actual, and charts that separate signal from noise."""
