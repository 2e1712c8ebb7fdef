"""The entry function: the mock's answer for everybody, Prisma's for the canary, a shadow for the rest."""
