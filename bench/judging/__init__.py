"""Twenty alerts, a key written before, and a stage on which someone who knows only the README judges them."""
