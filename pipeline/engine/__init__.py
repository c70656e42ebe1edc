"""Plan, runner, retry and page workers."""
