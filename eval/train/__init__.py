"""Trains encoders, and says what they are worth: the one that questions are compared by (`index.likeness`), and one of passages."""
