"""Where independent pieces of work run: in this process, in processes of this machine, on a Ray cluster."""
