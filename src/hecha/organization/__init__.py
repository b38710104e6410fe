"""Chapter 2: units, accounts, who sees what."""
