"""The console's JSON interface."""
