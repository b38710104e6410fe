"""Areas, banks, outlets, components, path expressions, availability counters, data quality."""
