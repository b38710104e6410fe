"""Chapter 6: deputies, local rules, stores and funds."""
