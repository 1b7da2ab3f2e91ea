"""The Django app: people, drawings, corrections, jobs, versions."""
