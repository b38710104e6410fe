"""Hecha (核查): networked identity verification for banks, and the emergency response around it."""
