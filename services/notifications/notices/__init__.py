"""What the office and the municipalities should know of, read and unread."""
