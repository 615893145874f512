"""The gateway's settings, and the only place that reads them from the environment and from a file.

The setting `port` is VOXGATE_PORT in the environment and `port` in the TOML file that VOXGATE_CONFIG names. The
environment wins over the file, a command line option over both. Durations are seconds.
"""

from gateway.config.error import ConfigError
from gateway.config.exposure import check_exposure
from gateway.config.settings import GatewayConfig

__all__ = ["ConfigError", "GatewayConfig", "check_exposure"]
