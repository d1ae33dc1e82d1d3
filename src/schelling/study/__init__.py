"""One short recipe per verb: seeds, engine, run store, frozen results."""
