import { Prisma, type PrismaClient } from '@prisma/client';

interface BestSeller {
  title: string;
  sold: bigint;
}

/** The products that sold best since a day, of one colour or of all. */
export function bestSellers(prisma: PrismaClient, since: Date, colour?: string) {
  return prisma.$queryRaw<BestSeller[]>`
    SELECT p."title", sum(i."quantity") AS sold
      FROM "OrderItem" i
      JOIN "Product" p ON p."id" = i."productId"
      JOIN "Order" o ON o."id" = i."orderId"
     WHERE o."placedAt" >= ${since}
       ${colour ? Prisma.sql`AND p."attributes" ->> 'colour' = ${colour}` : Prisma.empty}
     GROUP BY p."id"
     ORDER BY sold DESC
     LIMIT 10
  `;
}

/** Gives back what unpaid orders have reserved. */
export function releaseReservations(prisma: PrismaClient) {
  return prisma.$executeRaw`UPDATE "Inventory" SET "reserved" = 0 WHERE "reserved" > 0`;
}
