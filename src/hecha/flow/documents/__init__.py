"""Official documents (公文) as values: what stands in a report, an order, minutes; printed by edges/documents."""
