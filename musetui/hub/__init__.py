"""The hub's client: who one is there, signed requests, records pushed and pulled. `link` is the dashboard's door."""
