"""Who asks, and how often: client addresses, throttles and the login lockout."""
