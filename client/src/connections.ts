// The databases that Explain can run on: the embedded Postgres, or connections saved in the settings, their passwords
// in the secret storage.
import {
  ConfigurationTarget,
  type Disposable,
  EventEmitter,
  type ExtensionContext,
  type Memento,
  type SecretStorage,
  window,
  workspace,
} from 'vscode';
import type { ExplainTarget } from '../../server/src/protocol.ts';
import { findConnections } from './connectionSources/index.ts';
import { connectionUrlProblem, describeUrl, splitPassword } from './connectionUrl.ts';

export interface Connection {
  readonly name: string;
  /** Without the password. */
  readonly url: string;
}

/** The workspace remembers its choice by name; undefined is the embedded Postgres. */
const chosenKey = 'pgreview.connection';

export class Connections implements Disposable {
  private readonly secrets: SecretStorage;
  private readonly state: Memento;
  private readonly changed = new EventEmitter<void>();
  private readonly subscriptions: Disposable[];
  /** Named by files, not by the settings; as they were when last looked for. */
  private found: readonly Connection[] = [];
  /** Fires when another target was chosen, or the saved connections changed. */
  readonly onDidChange = this.changed.event;

  constructor(context: ExtensionContext) {
    this.secrets = context.secrets;
    this.state = context.workspaceState;
    this.subscriptions = [
      this.changed,
      workspace.onDidChangeConfiguration(async (event) => {
        if (!event.affectsConfiguration('pgreview.connections')) return;
        await this.hidePasswords();
        this.changed.fire();
      }),
      workspace.onDidGrantWorkspaceTrust(async () => {
        await this.hidePasswords();
        this.changed.fire();
      }),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** The saved connections, the workspace's before the user's; none in a workspace that is not trusted. */
  list(): readonly Connection[] {
    if (!workspace.isTrusted) return [];
    const byName = new Map<string, Connection>();
    for (const scope of scopes)
      for (const connection of entriesIn(scope).filter(isConnection))
        if (!byName.has(connection.name)) byName.set(connection.name, connection);
    return [...byName.values()];
  }

  /** Looks through the files that may name databases. */
  async find(): Promise<readonly Connection[]> {
    this.found = await findConnections();
    return this.found;
  }

  /** Finds the chosen connection again when a file names it. */
  async restore(): Promise<void> {
    const name = this.state.get<string>(chosenKey);
    if (name === undefined || this.list().some((connection) => connection.name === name)) return;
    await this.find();
    this.changed.fire();
  }

  /** The chosen connection; null is the embedded Postgres. */
  chosen(): Connection | null {
    const name = this.state.get<string>(chosenKey);
    return [...this.list(), ...this.found].find((connection) => connection.name === name) ?? null;
  }

  async choose(connection: Connection | null): Promise<void> {
    await this.state.update(chosenKey, connection?.name);
    this.changed.fire();
  }

  /** What `pgreview.database` names: a saved connection, or the URL of a database. Null in a workspace that is not trusted. */
  async named(text: string): Promise<ExplainTarget | null> {
    if (!workspace.isTrusted) return null;
    const saved = this.list().find(({ name }) => name === text);
    if (saved) return this.target(saved);
    return connectionUrlProblem(text) === null ? this.target({ name: describeUrl(text), url: text }) : null;
  }

  async target(connection: Connection | null = this.chosen()): Promise<ExplainTarget> {
    if (connection === null) return { kind: 'embedded' };
    const { url, password: inUrl } = splitPassword(connection.url);
    const password = inUrl ?? (await this.secrets.get(secretKey(url)));
    return { kind: 'connection', name: connection.name, url, ...(password === undefined ? {} : { password }) };
  }

  /** Adds the connection to the user's settings, or replaces the one of that name where it is saved. */
  async save(connection: Connection, password: string | null): Promise<void> {
    await this.savePassword(connection.url, password);
    for (const scope of scopes) {
      const entries = entriesIn(scope);
      if (!entries.some((entry) => isConnection(entry) && entry.name === connection.name)) continue;
      await write(
        scope,
        entries.map((entry) => (isConnection(entry) && entry.name === connection.name ? connection : entry)),
      );
      return;
    }
    await write(ConfigurationTarget.Global, [...entriesIn(ConfigurationTarget.Global), connection]);
  }

  async savePassword(url: string, password: string | null): Promise<void> {
    if (password === null) await this.secrets.delete(secretKey(url));
    else await this.secrets.store(secretKey(url), password);
  }

  async remove(connection: Connection): Promise<void> {
    for (const scope of scopes) {
      const entries = entriesIn(scope);
      const left = entries.filter((entry) => !isConnection(entry) || entry.name !== connection.name);
      if (left.length < entries.length) await write(scope, left);
    }
    if (!this.list().some(({ url }) => url === connection.url)) await this.secrets.delete(secretKey(connection.url));
    if (this.state.get(chosenKey) === connection.name) await this.choose(null);
    this.changed.fire();
  }

  /** Moves passwords that someone wrote into the settings to the secret storage. */
  async hidePasswords(): Promise<void> {
    if (!workspace.isTrusted) return;
    for (const scope of scopes) {
      const moved: string[] = [];
      const cleaned: unknown[] = [];
      for (const entry of entriesIn(scope)) {
        const split = isConnection(entry) ? splitPassword(entry.url) : null;
        if (!isConnection(entry) || split === null || split.password === null) {
          cleaned.push(entry);
          continue;
        }
        await this.savePassword(split.url, split.password);
        cleaned.push({ ...entry, url: split.url });
        moved.push(entry.name);
      }
      if (moved.length === 0) continue;
      await write(scope, cleaned);
      void window.showInformationMessage(
        `pgreview moved the password of ${moved.join(', ')} from the settings to the secret storage.`,
      );
    }
  }
}

/**
 * Keyed by the whole URL and not by name: a workspace's settings that give a known name another host must not be sent
 * the password of the first.
 */
function secretKey(url: string): string {
  return `pgreview.password.${url}`;
}

/** Where connections can be saved, the stronger first. */
const scopes = [ConfigurationTarget.Workspace, ConfigurationTarget.Global] as const;
type Scope = (typeof scopes)[number];

/** The setting as it is written: typed by hand, so an entry may be no connection; such are kept when we write. */
function entriesIn(scope: Scope): readonly unknown[] {
  const found = workspace.getConfiguration('pgreview').inspect<unknown>('connections');
  const value = scope === ConfigurationTarget.Workspace ? found?.workspaceValue : found?.globalValue;
  return Array.isArray(value) ? value : [];
}

function isConnection(value: unknown): value is Connection {
  if (typeof value !== 'object' || value === null) return false;
  const { name, url } = value as Record<string, unknown>;
  return typeof name === 'string' && name !== '' && typeof url === 'string';
}

async function write(scope: Scope, entries: readonly unknown[]): Promise<void> {
  const value = entries.length === 0 ? undefined : entries;
  await workspace.getConfiguration('pgreview').update('connections', value, scope);
}
