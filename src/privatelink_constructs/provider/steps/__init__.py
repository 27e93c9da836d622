"""Steps that CloudFormation doesn't support, with Lambda functions."""
