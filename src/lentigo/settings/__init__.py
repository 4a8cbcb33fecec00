"""What one run is: settings on one page, strict TOML, the run directory, errors. Knows no other room."""

NOTICE = "Research and education only; not a medical device."
