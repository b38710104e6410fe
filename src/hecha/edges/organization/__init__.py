"""The organisation at the edge: kept in the store, edited with an audit fact each, imported and exported as sheets."""
