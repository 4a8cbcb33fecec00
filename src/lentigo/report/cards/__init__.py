"""Results as pieces of HTML for notebooks: one card each, drawn with what pages are drawn with."""
