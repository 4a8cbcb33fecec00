"""Answers of several networks put together."""
