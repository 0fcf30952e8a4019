"""Completion in a shell: three small scripts, and one answer to what may follow the words that are there.

The scripts know nothing of musetui; each asks the musetui that is installed, so they never tell of another one. What
may follow is read off the parsers themselves, so it cannot differ from what they take.
"""
