"""Pages, one file a page: each gathers what its template shows."""
