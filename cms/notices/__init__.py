"""Who hears of what happened on Wagtail's side: a module for each group of notices."""
