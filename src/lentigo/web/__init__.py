"""A bundle as a folder of static files: the page of the service, answered by the browser itself."""
