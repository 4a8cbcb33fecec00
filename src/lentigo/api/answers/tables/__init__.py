"""Anybody's predictions as a source of answers: a table, a DataFrame or arrays in, `Answers` out."""
