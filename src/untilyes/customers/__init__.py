"""Who they are: customers, accounts, identities, traits, merging and erasure. Not what they said."""
