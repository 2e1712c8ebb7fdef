"""The entry function: serves canary users from Prisma and everyone else from the mock, and shadows reads."""
