"""Code that runs in AWS Lambda: only the standard library and boto3, nothing of the package."""
