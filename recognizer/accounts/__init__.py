"""Client addresses, throttles and the login lockout."""
