"""PostgreSQL and Kafka from the machine's own programs, for tests, bench and proof: nothing that production needs."""
