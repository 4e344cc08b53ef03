"""The Horizon's drawings: plain numbers and words that templates turn into SVG. No database, no models."""
