"""Fitting a case to its records: `fit` is the recipe, `problem` what it works on."""
