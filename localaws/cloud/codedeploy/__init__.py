"""CodeDeploy for the Lambda compute platform."""
