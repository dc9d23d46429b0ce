"""The page of the demo in a real browser. Needs a Chromium; without one these tests are skipped."""
