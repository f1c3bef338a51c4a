"""Triage records: schema, priority, store, forwarding. Pure Python, no Rasa."""
