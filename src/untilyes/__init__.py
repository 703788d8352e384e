"""UntilYes: ask two plain questions after every interaction, and work with the customer until it is yes."""
