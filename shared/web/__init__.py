"""What every service's pages and HTTP interface stand on: errors, access, commands, reads, layout."""
