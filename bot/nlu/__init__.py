"""How people write: language, entities, kind and incident type."""
