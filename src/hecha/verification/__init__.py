"""Subject (masked), mode, outcome (closed list), routing, the hop as a sans-I/O state machine."""
