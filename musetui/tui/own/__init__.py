"""Commands of a person's own: what the settings say of them, what is filled into their words, and running them."""
