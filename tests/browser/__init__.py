"""The page of the demo in a real browser. Needs Playwright and a Chromium; without them these tests are skipped."""
