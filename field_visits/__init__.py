"""The house: rules, records and evidence. No Flask, no marshmallow, no boto3, no geopy."""
