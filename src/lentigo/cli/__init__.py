"""One file per verb: options in, the room that does the work called, result printed."""
