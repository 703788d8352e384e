"""The one record of something said or happened, whatever the channel, and the outbox that carries it to the lake."""
