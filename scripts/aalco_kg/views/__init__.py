"""What is shown, as plain dataclasses: gathered from a loaded graph, worded by nobody yet."""
