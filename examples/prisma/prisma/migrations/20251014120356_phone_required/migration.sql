/*
  Warnings:

  - Made the column `phone` on table `Customer` required. This step will fail if there are existing NULL values in that column.

*/
-- Guests never gave a number
UPDATE "Customer" SET "phone" = '' WHERE "phone" IS NULL;

-- AlterTable
ALTER TABLE "Customer" ALTER COLUMN "phone" SET NOT NULL;
