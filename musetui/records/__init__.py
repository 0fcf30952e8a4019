"""What a record is: the seven kinds, the hub's envelope, addresses and nesting, liveness, safe text."""
