"""The past: what is known of it, the picture of any moment rebuilt, and recordings that keep what a disk forgets."""
