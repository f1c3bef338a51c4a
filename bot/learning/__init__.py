"""The quiz and the tips: what teaches instead of answering."""
