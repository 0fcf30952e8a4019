"""Fuzzing: what others write is thrown at every parser, made by grammars and, in a search, led by coverage."""
