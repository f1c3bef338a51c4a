"""Clients of the complaint systems that records are forwarded to."""
