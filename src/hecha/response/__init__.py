"""Clauses 5.1 to 5.3: measures, counter card, deferred register and back-verification."""
