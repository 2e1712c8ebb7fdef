"""A stand-in for the AWS provider plugin: the engine and the program cannot tell, AWS would."""
