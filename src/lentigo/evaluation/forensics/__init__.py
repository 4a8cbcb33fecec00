"""Printed figures of somebody's study in; what they say about how its data were divided out."""
