"""What is printed: badges, the list for the door, certificates."""
