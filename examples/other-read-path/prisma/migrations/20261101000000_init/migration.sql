-- CreateTable
CREATE TABLE "Order" (
    "number" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "total" DECIMAL(12,2) NOT NULL,
    "placedAt" TIMESTAMPTZ(3) NOT NULL,
    "labels" TEXT[],

    CONSTRAINT "Order_pkey" PRIMARY KEY ("number")
);

-- Rows that the mock answers with, so that both sides start equal.
INSERT INTO "Order" VALUES
    (1, 'paid', 12.50, '2026-01-05T08:30:00.000Z', ARRAY['eu', 'gift']),
    (2, 'sent', 0.00, '2026-01-06T23:59:59.999Z', ARRAY[]::TEXT[]);
