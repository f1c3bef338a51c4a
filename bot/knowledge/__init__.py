"""Loads, checks and searches the reviewed content in knowledge/."""
