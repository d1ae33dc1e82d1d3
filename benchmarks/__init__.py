"""Speed and memory beside our peers, side by side in one run; `make bench` runs all of it."""
