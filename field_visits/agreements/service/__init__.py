"""Verbs on agreements, one module a phase.

drafting (draft, submit), offering (offer, decline, withdraw, supersede), signing (sign, accept), sealing (the
sweep from signed to running), rendering (what is printed), watching (instalments against payments; resume), opening (the document).
"""
