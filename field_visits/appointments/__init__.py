"""The promise to come: booking, notice, plan and keeping."""
