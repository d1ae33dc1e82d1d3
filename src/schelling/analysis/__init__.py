"""What the worlds say: verdicts, and what they hinge on. Arrays in, arrays out, no plots."""
