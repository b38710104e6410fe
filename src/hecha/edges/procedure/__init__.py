"""The procedure at work: lives are run in the store's transactions, with duties, notices and reactions."""
