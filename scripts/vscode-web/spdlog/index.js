// The part of @vscode/spdlog that the VS Code server calls: log files without rotation. Without it the Output view is empty.
import { appendFileSync } from 'node:fs';

const names = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];

class Logger {
  #file;
  #level = 2;
  #raw = false;

  constructor(file) {
    this.#file = file;
  }

  trace(message) {
    this.#write(0, message);
  }
  debug(message) {
    this.#write(1, message);
  }
  info(message) {
    this.#write(2, message);
  }
  warn(message) {
    this.#write(3, message);
  }
  error(message) {
    this.#write(4, message);
  }
  critical(message) {
    this.#write(5, message);
  }

  getLevel() {
    return this.#level;
  }
  setLevel(level) {
    this.#level = level;
  }
  /** The caller formats its lines itself, line ends included. */
  clearFormatters() {
    this.#raw = true;
  }
  setPattern() {}
  flush() {}
  drop() {}

  #write(level, message) {
    if (level < this.#level) return;
    const time = new Date().toISOString().replace('T', ' ').slice(0, -1);
    try {
      appendFileSync(this.#file, this.#raw ? message : `${time} [${names[level]}] ${message}\n`);
    } catch {
      // The folder was removed under a server that is being stopped.
    }
  }
}

export const version = 0;
export function setFlushOn() {}
export async function createRotatingLogger(_name, file) {
  return new Logger(file);
}
export const createAsyncRotatingLogger = createRotatingLogger;
