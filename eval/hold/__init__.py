"""Experiments that try to break what is promised: `python -m eval hold NAME`. One module an experiment."""
