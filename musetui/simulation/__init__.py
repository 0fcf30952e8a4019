"""A scripted swarm that writes real records: the demo's actors, and a load generator."""
