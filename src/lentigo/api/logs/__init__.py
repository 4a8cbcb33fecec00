"""Where people keep their results: a training is told to other tools, as files on the disk."""
