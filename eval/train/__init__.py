"""Trains the reader (`eval.train.reader`) from pairs of question and passage."""
