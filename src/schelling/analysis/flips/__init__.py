"""The smallest changes that flip a claim."""
