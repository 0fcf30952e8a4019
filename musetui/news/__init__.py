"""News: what happens to the picture, as one stream that commands print and alerts listen to."""
