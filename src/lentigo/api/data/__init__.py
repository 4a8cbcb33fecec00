"""Tables and folders in; a manifest, its description and the commands that remedy it out."""
