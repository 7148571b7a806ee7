"""Who is a member, since when, and by which agreement; owns identity, contacts and sign-in."""
