"""Pages that are made from data: what stands in the code is drawn, never written twice."""
