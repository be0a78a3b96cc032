"""Tables people already have: Delta Lake and PostgreSQL, each an extra."""
