"""Commands that find something out: what matters, what came true, who differs, who wins."""
