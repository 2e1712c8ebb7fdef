"""CodeDeploy for Lambda."""
