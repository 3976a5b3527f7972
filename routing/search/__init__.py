"""Our own search above the engines: it knows the whole model and its exact price."""
