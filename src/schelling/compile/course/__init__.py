"""What a block of worlds carries from step to step, writes down, and leaves behind."""
