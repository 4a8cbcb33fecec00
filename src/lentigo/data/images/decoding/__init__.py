"""From the bytes of a stranger's file to upright RGB, at a cost that is known before it is paid."""
