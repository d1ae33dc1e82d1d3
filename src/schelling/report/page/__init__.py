"""What every section of a page is made of: anchors, figures, provenance."""
