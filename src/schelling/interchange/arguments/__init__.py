"""Claims with what speaks for and against them: Argdown, and AIF in JSON."""
