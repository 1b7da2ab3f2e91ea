"""The page of the audit, for administrators."""
