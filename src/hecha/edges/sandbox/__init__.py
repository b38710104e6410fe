"""The sandbox province: police source, population, clerks, supervisor."""
