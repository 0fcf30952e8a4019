"""musetui: mission control, in a terminal, for swarms of AI agents that share a code base under Muse."""

__version__ = "0.1.0"
