"""REFI-QDA 1.5, the exchange standard of coding programs: tolerant in reading, strict in writing.

The path of a file in: `tree` (plain nodes) → `tidying` (to what the schema allows, every change noted) → `references`
(what points nowhere) → `reading` (to the `model`). The path out is the same backwards: `writing` → `tidying` → text.
"""
