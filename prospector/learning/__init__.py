"""What a deposit model learns from, and its estimator fitted and measured."""
