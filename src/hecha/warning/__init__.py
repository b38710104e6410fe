"""3.2 Warnings: a fault is watched and told of before it is an event."""
