"""What Wagtail's side reads."""
