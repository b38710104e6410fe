"""Chapter 5 at work: runs of runbooks, vendor contacts, switching over on the real chain, recovery of the register."""
