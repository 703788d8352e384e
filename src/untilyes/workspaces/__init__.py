"""Who we are: workspaces, members, teams, employees, tenancy, the audit trail."""
