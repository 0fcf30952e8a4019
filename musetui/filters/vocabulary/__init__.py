"""What can be named of the rows that views and commands share: a file for each kind of row."""
