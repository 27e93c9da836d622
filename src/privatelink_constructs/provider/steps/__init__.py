"""What CloudFormation has no form for, done by Lambda functions."""
