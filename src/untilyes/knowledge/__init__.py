"""Articles that answer before anyone asks, grown from service; what is missing, ranked. Not a wiki."""
