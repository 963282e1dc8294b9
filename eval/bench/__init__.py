"""How fast and how large: encoding, building and searching, beside the stock LlamaIndex pipeline in the same run."""
