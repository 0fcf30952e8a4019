"""What will go wrong: conflicts between what the runs of a swarm hold, before anything is merged."""
