"""Measures this assistant beside Rasa's starter assistant on one machine."""
