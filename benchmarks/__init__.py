"""Performance as ratios against the raw limit taken in the same run: `make bench`.

Never a timed assertion: machines differ and neighbours make noise. A ratio that got worse is a question to
answer in the change that made it worse.
"""
