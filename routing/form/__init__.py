"""Problem and plan as JSON: the form that docs/planning-format.md and its schema describe.

It is the pure form: seconds of the plan, and the caller's own ids. What the house keeps of a plan (instants,
appointments, people) is another document, made there from the same values.
"""

PROBLEM_FORM = "doorstep-problem-1"
PLAN_FORM = "doorstep-plan-1"
