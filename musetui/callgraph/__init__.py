"""Which symbol of a work tree calls which: read from source files by a process of its own, and kept up to date."""
