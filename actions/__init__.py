"""Thin asynchronous Rasa actions, one file a topic."""
