"""Answers in the forms of the ISIC challenges: scored, submitted."""
