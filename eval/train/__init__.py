"""Trains the reader (`index.reader`) from pairs of question and passage."""
