"""Runs of a folder side by side."""
