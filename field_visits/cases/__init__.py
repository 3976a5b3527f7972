"""Customers, addresses, cases, balances, holds, contacts, payments, promises and their import."""
