"""What is wrong with the facts themselves: what no longer arrives, what cannot be, what is there twice.

Everything here is counted, not estimated: a parcel that was delivered before it was sent needs no test.
"""
