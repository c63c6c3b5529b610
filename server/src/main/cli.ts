#!/usr/bin/env node
/**
 * The command line's entry. The language server is loaded without the commands: their code would take a third of its time to
 * start, and 30 MB as long as it runs.
 */
const [command, ...options] = process.argv.slice(2);
const isServer = command === 'lsp' && options.length === 1 && options[0] === '--stdio';
void (isServer ? import('./lsp.ts') : import('./commands.ts'));
