"""Visits by the rules of their area: what is due, what was covered, what is only ever counted."""
