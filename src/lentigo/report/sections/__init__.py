"""The sections of the report: figures of one kind in, what the template shows out."""
