"""The tables of the language's words, which checker, compiler and reference pages read."""
