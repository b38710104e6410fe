"""Words every room shares: ids, moments and spans, facts, refusals."""
