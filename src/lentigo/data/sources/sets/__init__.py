"""Public data sets: one row each, with counts, licence, citation, page and where its files lie."""
