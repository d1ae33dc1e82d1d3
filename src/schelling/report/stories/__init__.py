"""The story of a world in words: dated sentences, two stories side by side, plain data."""
