"""The console's database: writer, ledger, vault, register."""
