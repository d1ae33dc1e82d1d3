"""Games solved in batches: trees, tables and stochastic games over many draws of their payoffs."""
