"""Alerts: rules of a person's own about what is worth a disturbance, and the ways to disturb."""
