"""Tables and folders in; a manifest, its description and the commands that mend it out."""
