"""What holds for every test: properties are drawn alike each time, and no clock judges them."""

from drawn import examples
from hypothesis import settings

# A busy machine is slow, not wrong; and a failure must be there again when somebody looks.
settings.register_profile("house", deadline=None, derandomize=True, max_examples=examples(60))
settings.load_profile("house")
