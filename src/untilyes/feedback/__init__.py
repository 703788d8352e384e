"""The one record of what was said or happened, whatever the channel, and the outbox to the lake."""
