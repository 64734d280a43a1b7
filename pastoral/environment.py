"""The one reader of the environment: typed, and it stops at start with every bad value named."""

from environs import Env

env = Env(eager=True)
