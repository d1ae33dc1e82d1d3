"""Types of what depends on time: inputs, curves, lags, moments, and how often events happened."""
