"""Sources at work: tasks, workers, and how several workers share them."""
