/*
  Warnings:

  - Added the required column `channel` to the `Cart` table without a default value. This is not possible if the table is not empty.

*/
-- Not deployed yet: to be agreed with the checkout team

-- AlterTable
ALTER TABLE "Cart" ADD COLUMN     "channel" TEXT NOT NULL;
