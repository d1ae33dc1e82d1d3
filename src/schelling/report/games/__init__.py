"""Games as pictures and tables: trees, strategic forms, states, solved games."""
