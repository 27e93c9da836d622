"""The one door to the CDK: asked once, and as rarely as possible."""
