"""How thorough hypothesis is: a look in the fast run, a search in the whole one."""

import pytest
from hypothesis import settings

settings.register_profile("fast", max_examples=40, deadline=None)
settings.register_profile("whole", max_examples=300, deadline=None)


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("fast" if "not slow" in config.getoption("markexpr") else "whole")
