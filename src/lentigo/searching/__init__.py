"""A recipe with genes in, many trained individuals and a winner out: genetic, random and TPE search."""
