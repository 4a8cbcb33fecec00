"""A run is asked, its answers are judged, and figures, page and checklists are saved in it."""
