"""Detection's edge: pulls outcomes, sends probes."""
