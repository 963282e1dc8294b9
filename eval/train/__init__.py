"""Trains the encoder that questions are compared by (`index.likeness`), and says what it is worth."""
