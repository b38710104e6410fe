"""The order of things: verify, watch, recover; ports; pictures for readers."""
