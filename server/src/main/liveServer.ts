/** A connected database over pg. */
import { type ServerConnection, serverDatabase } from '../database/server/serverDatabase.ts';
import { LiveDatabase } from '../live/liveDatabase.ts';
import type { Parser } from '../syntax/parser.ts';

/** @param connection without a name it is called by its place: `shop at localhost:5432` */
export const liveServer = (connection: ServerConnection, parser: Parser): LiveDatabase =>
  new LiveDatabase(serverDatabase({ ...connection, name: connection.name || placeOf(connection.url) }), parser);

/** Never the password, nor what a text holds that is no URL. */
function placeOf(url: string): string {
  try {
    const { host, pathname, searchParams } = new URL(url);
    const place = host || searchParams.get('host') || 'localhost';
    const name = decodeURIComponent(pathname.slice(1));
    return name ? `${name} at ${place}` : place;
  } catch {
    return 'the database';
  }
}
