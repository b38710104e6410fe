"""The verification chain: one hop implementation, configured."""
