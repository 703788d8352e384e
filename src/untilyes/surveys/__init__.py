"""Ask: the two-question confirmation, surveys and their versions, invitations, responses."""
