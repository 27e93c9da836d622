"""Any CloudFormation template, evaluated as far as it can be without deploying it."""
