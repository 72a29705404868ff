import { type CredentialInput, type CredentialView, credentialViewSchema } from "../../lib/contracts/inventory.ts";
import type { Db } from "../db/client.ts";
import { alone, type Commit } from "../db/commit.ts";
import type { Credential } from "../db/generated/client.ts";
import { isNotThere } from "../db/not-there.ts";
import type { EventHub } from "../events/hub.ts";
import type { SshTarget } from "../ssh/session.ts";
import { type AuthSecret, authSecret, type CredentialSecret, sealCredential, toSshAuth, unsealCredential } from "./credential-secret.ts";
import { endpointsOf } from "./endpoints.ts";
import { InventoryError } from "./errors.ts";
import { newId } from "./ids.ts";
import type { Seal } from "./seal.ts";

/** Whose credential it is: a cluster's, or one node's own in place of it. */
export type CredentialOwner = { clusterId: string } | { nodeId: string };

export interface CredentialsOptions {
	db: Db;
	seal: Seal;
	hub: EventHub;
	pool: { forget(nodeId: string): void };
}

/** How to sign in over SSH. Secrets go in and come out only as a target for a connection. `commit`: writes the record of a change with it. */
export class Credentials {
	constructor(private readonly options: CredentialsOptions) {}

	/** Null where none is set: a node then uses its cluster's. Throws `inventory.not-found` where there is no such owner. */
	async get(owner: CredentialOwner): Promise<CredentialView | null> {
		const { nodeId, clusterId } = await this.#owner(owner);
		const row = await this.options.db.credential.findFirst({ where: { clusterId, nodeId } });
		return row ? toView(row, unsealCredential(this.options.seal, row.id, row.secret)) : null;
	}

	/** Sets or replaces it; secrets that are left out stay. Throws `credential.*`, `inventory.not-found`. */
	async set(
		owner: CredentialOwner,
		input: CredentialInput,
		commit: Commit<[now: CredentialView]> = alone(this.options.db),
	): Promise<CredentialView> {
		const { db, seal } = this.options;
		const { nodeId, clusterId } = await this.#owner(owner);
		const before = await db.credential.findFirst({ where: { clusterId, nodeId } });
		const stored = before ? unsealCredential(seal, before.id, before.secret) : undefined;
		const secret = secretOf(input, stored);
		const id = before?.id ?? newId();
		const columns = { ...columnsOf(input), secret: sealCredential(seal, id, secret) };
		const written = db.credential.upsert({ where: { id }, create: { id, clusterId, nodeId, ...columns }, update: columns });
		const [row] = await commit([written], toView({ id, clusterId, nodeId, ...columns, updatedAt: new Date() }, secret));
		await this.#forget(clusterId, nodeId);
		return toView(row, secret);
	}

	/** Takes it away; where there is none, nothing is done nor put on record. */
	async remove(owner: CredentialOwner, commit: Commit = alone(this.options.db)): Promise<void> {
		const { nodeId, clusterId } = await this.#owner(owner);
		const { db } = this.options;
		const row = await db.credential.findFirst({ where: { clusterId, nodeId }, select: { id: true } });
		if (!row) return;
		try {
			await commit([db.credential.delete({ where: row, select: { id: true } })]);
		} catch (error) {
			// Somebody else took it away meanwhile.
			if (isNotThere(error)) return;
			throw error;
		}
		await this.#forget(clusterId, nodeId);
	}

	/**
	 * The way to a node as it is now, with the host keys accepted for it and its jump host: the pool's `ResolveTarget`.
	 * Throws `inventory.not-found`, `inventory.no-credential`, `inventory.no-address`, SealError.
	 */
	async targetOf(nodeId: string): Promise<SshTarget> {
		const { db, seal } = this.options;
		const node = await db.node.findUnique({
			where: { id: nodeId },
			select: { name: true, address: true, port: true, clusterId: true, credential: true },
		});
		if (!node) throw new InventoryError("inventory.not-found", { kind: "node", id: nodeId });
		const row = node.credential ?? (await db.credential.findFirst({ where: { clusterId: node.clusterId, nodeId: null } }));
		if (!row) throw new InventoryError("inventory.no-credential", { node: node.name });
		if (!node.address) throw new InventoryError("inventory.no-address", { node: node.name });
		const secret = unsealCredential(seal, row.id, row.secret);
		const port = node.port ?? row.port;
		const jump = jumpOf(row, secret);
		return {
			address: node.address,
			port,
			user: row.user,
			auth: toSshAuth(secret.auth),
			privilege: privilegeOf(row.privilege, secret),
			hostKeys: await this.#accepted(node.address, port),
			...(jump ? { jump: { ...jump, hostKeys: await this.#accepted(jump.address, jump.port) } } : {}),
		};
	}

	/** What of it may stand in the node's log: passwords and passphrases, its jump host's too. Empty where none is set. Throws SealError. */
	async secretsOf(nodeId: string): Promise<string[]> {
		const { db, seal } = this.options;
		const node = await db.node.findUnique({ where: { id: nodeId }, select: { clusterId: true, credential: true } });
		const row = node && (node.credential ?? (await db.credential.findFirst({ where: { clusterId: node.clusterId, nodeId: null } })));
		if (!row) return [];
		const { auth, jump, sudoPassword } = unsealCredential(seal, row.id, row.secret);
		const words = [auth, jump].map((one) => (one?.kind === "password" ? one.password : one?.passphrase));
		return [...words, sudoPassword].filter((word) => word !== undefined);
	}

	async #accepted(address: string, port: number) {
		return this.options.db.hostKey.findMany({ where: { address, port }, select: { algorithm: true, keyBase64: true } });
	}

	async #owner(owner: CredentialOwner): Promise<{ clusterId: string; nodeId: string | null }> {
		const { db } = this.options;
		if ("nodeId" in owner) {
			const node = await db.node.findUnique({ where: { id: owner.nodeId }, select: { clusterId: true } });
			if (!node) throw new InventoryError("inventory.not-found", { kind: "node", id: owner.nodeId });
			return { clusterId: node.clusterId, nodeId: owner.nodeId };
		}
		const cluster = await db.cluster.findUnique({ where: { id: owner.clusterId }, select: { id: true } });
		if (!cluster) throw new InventoryError("inventory.not-found", { kind: "cluster", id: owner.clusterId });
		return { clusterId: owner.clusterId, nodeId: null };
	}

	/** A node with a credential of its own keeps its connection when the cluster's changes. */
	async #forget(clusterId: string, nodeId: string | null): Promise<void> {
		const { db, pool, hub } = this.options;
		if (nodeId !== null) pool.forget(nodeId);
		else for (const endpoint of await endpointsOf(db, { clusterId })) if (!endpoint.ownCredential) pool.forget(endpoint.nodeId);
		hub.publish({ type: "changed", what: "nodes", id: clusterId });
		hub.publish({ type: "changed", what: "clusters", id: clusterId });
	}
}

function secretOf(input: CredentialInput, stored: CredentialSecret | undefined): CredentialSecret {
	const auth = authSecret(input.auth, stored?.auth, "node");
	const sudoPassword = input.sudoPassword ?? stored?.sudoPassword ?? (auth.kind === "password" ? auth.password : undefined);
	if (input.privilege === "sudo-password" && sudoPassword === undefined) {
		throw new InventoryError("credential.missing", { hop: "node", field: "sudoPassword" });
	}
	return {
		auth,
		// The login's own password is not kept twice: where it changes, sudo's does too.
		...(input.privilege === "sudo-password" && (input.sudoPassword ?? stored?.sudoPassword) !== undefined ? { sudoPassword } : {}),
		...(input.jump ? { jump: authSecret(input.jump.auth, stored?.jump, "jump") } : {}),
	};
}

function columnsOf(input: CredentialInput) {
	const { user, port, privilege, jump } = input;
	return {
		user,
		port,
		privilege,
		authKind: input.auth.kind,
		jumpAddress: jump?.address ?? null,
		jumpPort: jump?.port ?? null,
		jumpUser: jump?.user ?? null,
		jumpAuthKind: jump?.auth.kind ?? null,
	};
}

function privilegeOf(kind: string, secret: CredentialSecret): SshTarget["privilege"] {
	if (kind === "root") return { kind: "root" };
	if (kind !== "sudo-password") return { kind: "sudo" };
	const password = secret.sudoPassword ?? (secret.auth.kind === "password" ? secret.auth.password : undefined);
	return { kind: "sudo", ...(password === undefined ? {} : { password }) };
}

function jumpOf(row: Omit<Credential, "createdAt" | "updatedAt">, secret: CredentialSecret) {
	if (row.jumpAddress === null || !secret.jump) return null;
	return { address: row.jumpAddress, port: row.jumpPort ?? 22, user: row.jumpUser ?? "", auth: toSshAuth(secret.jump) };
}

function toView(row: Omit<Credential, "createdAt">, secret: CredentialSecret): CredentialView {
	const jump = jumpOf(row, secret);
	return credentialViewSchema.parse({
		id: row.id,
		clusterId: row.clusterId,
		nodeId: row.nodeId,
		user: row.user,
		port: row.port,
		auth: authView(secret.auth),
		privilege: row.privilege,
		hasSudoPassword: secret.sudoPassword !== undefined,
		jump: jump && secret.jump ? { address: jump.address, port: jump.port, user: jump.user, auth: authView(secret.jump) } : null,
		updatedAt: row.updatedAt.toISOString(),
	});
}

function authView(secret: AuthSecret): CredentialView["auth"] {
	if (secret.kind === "password") return { kind: "password", key: null, hasPassphrase: false };
	return { kind: "key", key: secret.publicHalf, hasPassphrase: secret.passphrase !== undefined };
}
