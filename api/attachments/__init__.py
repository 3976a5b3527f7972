"""Files: uploads by ticket, originals and small copies."""
