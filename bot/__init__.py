"""Muhafiz: cybercrime awareness and complaint triage for Pakistan."""
