"""Staff side: receives complaints, lists and exports records."""
