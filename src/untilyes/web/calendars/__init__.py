"""Opening hours: which time counts when a promise is given in business time."""
