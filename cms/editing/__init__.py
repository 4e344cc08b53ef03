"""The editor's desk: forms, checks of words and links, reports, panels of the admin's first page."""
