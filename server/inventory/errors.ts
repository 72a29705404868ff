import type { Message } from "../../lib/contracts/finding.ts";
import { SealError } from "./seal.ts";

/** Why something in the inventory cannot be done. Catalogue keys are `error.<code>`; the values each one carries are beside it. */
export type InventoryErrorCode =
	/** kind, id */
	| "inventory.not-found"
	/** kind, name */
	| "inventory.name-taken"
	/** field, problem */
	| "inventory.invalid"
	/** kind, name, runs: runs that have not ended need it. */
	| "inventory.in-use"
	/** kind, name, migrations: it would take its history along; ask for that explicitly. */
	| "inventory.has-history"
	/** node: the API lists it; only nodes added by hand, or gone, can be removed. */
	| "inventory.not-manual"
	/** node: neither the node nor its cluster has an SSH credential. */
	| "inventory.no-credential"
	/** node: no address is known, neither from the API nor by hand. */
	| "inventory.no-address"
	/** hop, field: a secret that must be given was left out, and none is stored. */
	| "credential.missing"
	/** hop */
	| "credential.key-unreadable"
	/** hop */
	| "credential.key-needs-passphrase"
	/** hop */
	| "credential.wrong-passphrase"
	/** scan: older than 15 minutes, or from before a restart. */
	| "host-keys.scan-expired"
	/** entry */
	| "host-keys.not-in-scan"
	/** address, port, algorithm, sha256, expected: another key was accepted for this address. */
	| "host-keys.changed"
	/** address, port: it is not a changed key; accept it as a new one. */
	| "host-keys.not-changed"
	/** address, port, algorithm, sha256: known_hosts revokes it. */
	| "host-keys.revoked"
	/** jump: its own key must be accepted before anything can be seen behind it. */
	| "host-keys.jump-first"
	/** id: another content is kept than the one that this was made of. */
	| "draft.changed-elsewhere"
	/** most: so many drafts are kept of one person. */
	| "draft.too-many"
	/** limitBytes */
	| "archive.too-large"
	/** reason: not gzip, not tar, damaged or cut off. */
	| "archive.unreadable"
	/** entry, reason: a link, a device, a path that leads outside. */
	| "archive.unsafe"
	/** No regular file named `crictl` at its top. */
	| "archive.no-crictl"
	/** fileName: neither the program's header nor the file's name (`…-linux-amd64.tar.gz`) tells the architecture. */
	| "archive.no-architecture"
	/** expected, found */
	| "archive.checksum"
	/** architecture, fileName: there is one for this architecture already; replace it explicitly. */
	| "archive.exists"
	/** email: somebody signs in by it already. */
	| "people.email-taken"
	/** One does not remove or reset oneself. */
	| "people.oneself";

/** `values` never hold a secret; `message` is for logs alone. */
export class InventoryError extends Error {
	constructor(
		readonly code: InventoryErrorCode,
		readonly values: Message["values"] = {},
	) {
		super([code, ...Object.entries(values).map(([key, value]) => `${key}=${value}`)].join(" "));
		this.name = "InventoryError";
	}
}

/** The errors that this folder throws, as messages; null for any other. */
export function inventoryMessage(error: unknown): Message | null {
	if (error instanceof InventoryError) return { code: error.code, values: { ...error.values } };
	if (error instanceof SealError) return { code: error.code, values: { reason: error.reason } };
	return null;
}
