"""The bodies and groups of the network: what they are for, how they decide, who may sit."""
