"""A workshop: the outer edge (mail, SMS, webhooks, time stamps, witnesses). It knows nothing of visits or databases."""
