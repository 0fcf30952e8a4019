"""The live picture of a swarm: what every record says, by every key a view asks for, at one moment."""
