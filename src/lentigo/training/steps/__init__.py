"""One step of learning: objective, gradients, averaged weights."""
