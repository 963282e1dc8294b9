"""Other people's question sets -> cases of ours, with documents of their own where the set brings them."""
