/*
  Warnings:

  - You are about to drop the column `note` on the `Order` table. All the data in the column will be lost.
  - You are about to drop the `NewsletterSignup` table. If the table is not empty, all the data it contains will be lost.

*/
-- AlterTable
ALTER TABLE "Order" DROP COLUMN "note",
ALTER COLUMN "totalCents" SET DATA TYPE BIGINT;

-- AlterTable
ALTER TABLE "Payment" ALTER COLUMN "provider" SET DATA TYPE TEXT;

-- DropTable
DROP TABLE "NewsletterSignup";
