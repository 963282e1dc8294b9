"""A language model's opinion of a run, beside the rules and never in place of them."""
