"""The networks: their samples, what they minimise, and their training."""
