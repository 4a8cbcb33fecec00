"""The verbs as one calls them from Python: results that show themselves in a notebook, progress there too."""
