"""What each command does, one file each; `untilyes.config.cli` only says how they are called."""
