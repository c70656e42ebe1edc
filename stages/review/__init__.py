"""Documents whose fields are in doubt wait for a person."""

from stages.review.stage import Options, Policy, ReviewStage

__all__ = ["Options", "Policy", "ReviewStage"]
