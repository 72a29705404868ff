import { randomUUID } from "node:crypto";
import { join } from "node:path";
import pino, { type Logger } from "pino";
import type { SshTest } from "../lib/contracts/node-page.ts";
import { AuditLog } from "./audit/audit.ts";
import { type Auth, createAuth } from "./auth/auth.ts";
import { ensureFirstAdministrator } from "./auth/first-administrator.ts";
import { LibraryWrites } from "./auth/library-writes.ts";
import { People } from "./auth/people.ts";
import { SignInLimit } from "./auth/sign-in-limit.ts";
import { type Config, newConsoleId, config as processConfig } from "./config.ts";
import { closeDatabase, type Db, openDatabase } from "./db/client.ts";
import { Checks } from "./drafts/checks.ts";
import { Drafts } from "./drafts/drafts.ts";
import { Engine } from "./engine/engine.ts";
import { asMessage } from "./engine/executor/failure.ts";
import { EventHub } from "./events/hub.ts";
import { OpenStreams } from "./events/open-streams.ts";
import { judge } from "./http/problem.ts";
import { Archives } from "./inventory/archives.ts";
import { Clusters } from "./inventory/clusters.ts";
import { ClusterConnections } from "./inventory/connections.ts";
import { Credentials } from "./inventory/credentials.ts";
import { HostKeyReviews } from "./inventory/host-key-reviews.ts";
import { HostKeys } from "./inventory/host-keys.ts";
import { sessionsOf } from "./inventory/node-access.ts";
import { Nodes } from "./inventory/nodes.ts";
import { originalAnnotation } from "./inventory/original-annotation.ts";
import { Probes } from "./inventory/probes.ts";
import { NodeRefresher } from "./inventory/refresher.ts";
import { RuntimeTrend } from "./inventory/runtime-trend.ts";
import { Seal } from "./inventory/seal.ts";
import { testSsh } from "./inventory/ssh-test.ts";
import { storedLog } from "./logs/read.ts";
import { keepLogsFor } from "./logs/retention.ts";
import { SshPool } from "./ssh/pool.ts";
import { lockDataFolder, makeDataFolder } from "./startup/data-lock.ts";
import { allowedOrigins } from "./startup/origins.ts";
import { SecretKeyError, secretKey, sessionSecret } from "./startup/secret-key.ts";
import { Templates } from "./templates/templates.ts";

/** Everything that one process is made of. Routes call its services; they own nothing themselves. */
export interface Console {
	/** Of this installation: what nodes know it by. */
	id: string;
	/** Of this start: an open page tells a restart by it. */
	bootId: string;
	origins: readonly string[];
	log: Logger;
	db: Db;
	hub: EventHub;
	streams: OpenStreams;
	auth: Auth;
	libraryWrites: LibraryWrites;
	signInLimit: SignInLimit;
	people: People;
	audit: AuditLog;
	connections: ClusterConnections;
	clusters: Clusters;
	credentials: Credentials;
	nodes: Nodes;
	probes: Probes;
	/** Goes the way to a node by SSH, step by step (see testSsh). */
	testSsh: (nodeId: string, signal: AbortSignal) => Promise<SshTest>;
	hostKeys: HostKeys;
	hostKeyReviews: HostKeyReviews;
	archives: Archives;
	templates: Templates;
	checks: Checks;
	drafts: Drafts;
	refresher: NodeRefresher;
	trend: RuntimeTrend;
	engine: Engine;
	/** Aborted when the process is about to end: open streams close. */
	stopping: AbortSignal;
	/** Set where the first administrator was made here with a password nobody knows yet. */
	firstSignIn: { email: string; password: string } | null;
	/** Next bundles this module more than once: an error is known by `instanceof` only to the copy that threw it. */
	judge: typeof judge;
	explain: typeof asMessage;
	stop(): Promise<void>;
}

// On globalThis because Next bundles route handlers and instrumentation apart, each with its own copy of this module.
const holder = globalThis as typeof globalThis & { gantryConsole?: Promise<Console> };

/**
 * Opens the data folder, makes what is missing in it and starts the engine; once per process, however often it is called. Throws
 * ConfigError, DataFolderError, DataFolderInUseError, SecretKeyError, MigrationError.
 */
export function startConsole(config: Config = processConfig()): Promise<Console> {
	holder.gantryConsole ??= start(config).catch((error: unknown) => {
		holder.gantryConsole = undefined;
		throw error;
	});
	return holder.gantryConsole;
}

/** The process's console, once it has started. Throws where nobody has started it: a programming error. */
export async function openConsole(): Promise<Console> {
	if (!holder.gantryConsole) throw new Error("The console has not been started.");
	return holder.gantryConsole;
}

async function start(config: Config): Promise<Console> {
	const folder = config.GANTRY_DATA_DIR;
	makeDataFolder(folder);
	const unlock = lockDataFolder(folder);
	try {
		const db = await openDatabase({ file: join(folder, "gantry.db"), migrations: join("prisma", "sqlite", "migrations") });
		return await assemble(config, db, unlock);
	} catch (error) {
		await closeDatabase();
		unlock();
		throw error;
	}
}

async function assemble(config: Config, db: Db, unlock: () => void): Promise<Console> {
	const log = createLog(config.GANTRY_LOG_LEVEL);
	const now = () => new Date();
	const id = config.GANTRY_CONSOLE_ID ?? (await kept(db, "console.id", newConsoleId()));
	const key = secretKey(config.GANTRY_DATA_DIR, config.GANTRY_SECRET_KEY);
	const seal = new Seal(key);
	if ((await kept(db, "seal.key-id", seal.keyId)) !== seal.keyId) {
		throw new SecretKeyError(
			"The secret key is not the one that this database's credentials were sealed with. Bring back secret.key or GANTRY_SECRET_KEY as it was.",
		);
	}
	const origins = allowedOrigins({ host: config.GANTRY_HOST, port: config.GANTRY_PORT, origins: config.GANTRY_ORIGINS });
	const libraryWrites = new LibraryWrites(db);
	const auth = createAuth({ db: libraryWrites.db, secret: sessionSecret(key), origins, log });
	const administrator = await ensureFirstAdministrator(auth, db, {
		email: config.GANTRY_ADMIN_EMAIL,
		password: config.GANTRY_ADMIN_PASSWORD,
	});

	const stopping = new AbortController();
	const hub = new EventHub();
	const streams = new OpenStreams();
	const audit = new AuditLog(db, hub, now);
	const pool = new SshPool();
	const connections = new ClusterConnections(db, seal);
	const credentials = new Credentials({ db, seal, hub, pool });
	const session = sessionsOf(pool, credentials);
	const archives = new Archives({ db, hub, now });
	const probes = new Probes({ db, hub, connections, session, consoleId: id, crictlArchives: () => archives.versions(), now });
	const hostKeys = new HostKeys({ db, credentials, audit, hub, pool, now });
	const trend = new RuntimeTrend({ db, hub, log, now });
	const refresher = new NodeRefresher({ db, connections, hub, pool, log, now });
	const engine = new Engine({
		db,
		hub,
		audit,
		log,
		consoleId: id,
		now,
		logLimitBytes: config.GANTRY_LOG_LIMIT_MIB * 1024 * 1024,
		unavailableNodes: (clusterId) => refresher.unavailableNodes(clusterId),
		executor: {
			session,
			cluster: (clusterId) => connections.get(clusterId),
			crictlArchive: (sha256) => archives.bytesOf(sha256),
			storedLog: (runId, generation, from) => storedLog(db, runId, generation, from),
			secrets: (nodeId) => credentials.secretsOf(nodeId),
			originalAnnotation: (runId) => originalAnnotation(db, runId),
			ended: (nodeId) => {
				if (!stopping.signal.aborted) void probes.probeNode(nodeId);
			},
		},
		planning: {
			probe: (nodeId, files) => probes.read(nodeId, files),
			apiNode: (nodeId) => probes.apiNode(nodeId),
			judged: (nodeId, findings) => probes.keepFindings(nodeId, findings),
			crictl: () => archives.byArchitecture(),
		},
	});

	const checks = new Checks(hub);

	const stop = async () => {
		if (stopping.signal.aborted) return;
		stopping.abort();
		try {
			await Promise.all([engine.stop(), refresher.stop(), trend.stop()]);
			await pool.drain({ timeoutMs: 500 });
			connections.close();
		} finally {
			await closeDatabase();
			unlock();
			holder.gantryConsole = undefined;
		}
	};
	keepLogsFor(config.GANTRY_LOG_RETENTION_DAYS, { db, log, now, signal: stopping.signal });
	trend.start();
	refresher.start();
	engine.start();
	log.info({ consoleId: id, origins }, "the console has started");
	return {
		id,
		bootId: randomUUID(),
		origins,
		log,
		db,
		hub,
		streams,
		people: new People({ db, auth, hub, streams }),
		auth,
		libraryWrites,
		signInLimit: new SignInLimit(),
		audit,
		connections,
		clusters: new Clusters({ db, seal, connections, hub, pool, now }),
		credentials,
		nodes: new Nodes({ db, hub, pool }),
		probes,
		testSsh: (nodeId, signal) => testSsh(nodeId, { credentials, signal }),
		hostKeys,
		hostKeyReviews: new HostKeyReviews({ db, hostKeys }),
		archives,
		templates: new Templates({ db, hub }),
		checks,
		drafts: new Drafts({ db, hub, checks, now }),
		refresher,
		trend,
		engine,
		stopping: stopping.signal,
		firstSignIn: administrator?.madeUpPassword ? { email: administrator.email, password: administrator.madeUpPassword } : null,
		judge,
		explain: asMessage,
		stop,
	};
}

/** The value that was kept under this name first. */
async function kept(db: Db, key: string, value: string): Promise<string> {
	const row = await db.meta.upsert({ where: { key }, create: { key, value }, update: {} });
	return row.value;
}

function createLog(level: Config["GANTRY_LOG_LEVEL"]): Logger {
	const secrets = ["password", "passphrase", "privateKey", "sudoPassword", "kubeconfig", "secret", "token", "cookie", "authorization"];
	return pino({
		level,
		base: null,
		timestamp: pino.stdTimeFunctions.isoTime,
		redact: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
	});
}
