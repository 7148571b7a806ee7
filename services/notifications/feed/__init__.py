"""One sequence of all events of all services, to be followed without missing one."""
