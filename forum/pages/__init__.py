"""What the pages of the forum show, made ready for their templates: shared parts, and the reader's own marks."""
