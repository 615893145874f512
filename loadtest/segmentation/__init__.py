"""`make bench-segmentation`: our sentences beside everybody else's, one text at a time, as an LLM writes it."""
