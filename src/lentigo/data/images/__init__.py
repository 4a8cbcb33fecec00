"""One image: decoded, checked, turned, looked at."""
