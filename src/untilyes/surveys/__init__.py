"""Ask: the two-question confirmation, surveys and their versions, invitations, responses. Not where answers are analysed."""
