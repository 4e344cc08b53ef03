"""How fast the site is, against a floor measured in the same run: `make bench`."""
