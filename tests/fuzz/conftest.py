"""How long hypothesis looks for a counterexample."""

from hypothesis import HealthCheck, settings

# In `make test`: the same examples every time.
settings.register_profile(
    "bounded",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=10,
    suppress_health_check=list(HealthCheck),
)
# In `make fuzz`: others every time.
settings.register_profile(
    "long", settings.get_profile("bounded"), derandomize=False, max_examples=500, print_blob=True
)
settings.load_profile("bounded")
