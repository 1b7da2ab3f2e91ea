"""Export and import of drawings: one module a format, and the two actions."""
