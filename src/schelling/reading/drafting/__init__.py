"""From marked sentences to the draft of a case, by cue alone or with the help of a command."""
