"""The joint plan and its agreement."""
