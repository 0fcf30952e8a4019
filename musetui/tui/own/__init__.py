"""Commands of a person's own: what the settings say of them, what is filled into their words, and running them."""

TABLE_NAME = "commands"
"""What the settings call them."""

ACTION = "own_command"
"""The app's action that runs one, by its place among them."""
