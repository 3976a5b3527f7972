"""Verbs on customers and cases, one module a subject.

customers, addresses, work (opening, assigning, ending a case), holds, retention, contacts, payments,
promises, views (reads that are evidence). Files come in by `cases.importing`.
"""
