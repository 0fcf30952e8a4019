"""Bars of one cell, from the lowest to the highest."""

BARS = "▁▂▃▄▅▆▇█"
