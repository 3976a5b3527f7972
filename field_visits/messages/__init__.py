"""What must reach a person: texts and e-mails to send, alerts to attend to."""
