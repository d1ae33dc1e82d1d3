"""From the written tree to the checked expression: one module for every kind of construct."""
