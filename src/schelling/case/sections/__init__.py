"""The sections of a case file, each from written values to checked parts."""
