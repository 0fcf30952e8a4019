"""The filter language: which rows of a list a person wants to see, in words. One parser for every view and command."""
