"""The two sides of a read: the mock and Prisma."""
