/**
 * Everything that is recorded, with the values that each may carry. A value that is not named here is not stored, so that no
 * secret gets in by accident. Stable: stored, and rendered from the catalogue under `audit.<action>`.
 */
export const AUDIT_VALUES = {
	"session.sign-in": [],
	"session.sign-in-refused": [],
	"session.sign-out": [],
	"session.end-others": [],
	"user.password-change": [],
	"user.add": ["name"],
	"user.remove": ["name"],
	"user.password-reset": [],
	"cluster.create": ["server"],
	"cluster.update": ["server"],
	"cluster.delete": ["nodes"],
	"credential.set": ["user", "port", "kind", "privilege", "jump"],
	"credential.remove": [],
	"node.create": ["address", "port"],
	"node.update": ["address", "port"],
	"node.delete": [],
	"node.probe": ["count", "names"],
	/** `step`: where the way by SSH ended, and `code` why; neither where it works. */
	"node.test-ssh": ["step", "code"],
	"host-key.scan": ["count"],
	"host-key.accept": ["address", "port", "algorithm", "sha256", "by"],
	"host-key.replace": ["address", "port", "algorithm", "sha256", "before"],
	"host-key.remove": ["address", "port", "algorithm", "sha256"],
	"archive.upload": ["architecture", "version", "sha256", "binarySha256"],
	"archive.delete": ["architecture", "sha256"],
	"migration.plan": ["direction", "count", "reason", "ticket"],
	"migration.schedule": ["startAt", "direction", "count", "reason", "ticket", "withoutApi"],
	"migration.unschedule": ["reason", "ticket"],
	"migration.start": ["startAt", "direction", "count", "reason", "ticket", "withoutApi"],
	"migration.without-api": ["reason", "count", "names"],
	"migration.override": ["code", "node", "reason"],
	"migration.approve": ["digest", "reason", "ticket"],
	"migration.add-nodes": ["count", "names", "reason", "ticket"],
	"migration.roll-back": ["count", "migration"],
	"migration.pause": ["reason", "ticket"],
	"migration.resume": ["gate", "digest", "reason", "ticket", "pods"],
	"migration.pace": ["reason", "ticket"],
	"migration.stop": ["reason", "ticket"],
	"migration.cancel": ["reason", "ticket"],
	"migration.retry": ["count", "reason", "ticket"],
	"migration.start-rest": ["count", "reason", "ticket"],
	/** Why something was decided, said afterwards by who decided it: `decision` is its audit event, `of` its action. */
	"migration.explain": ["decision", "of", "reason"],
	"migration.delete": [],
	"run.cancel": ["node", "reason", "ticket"],
	"run.adopt": ["node", "choice", "console", "reason", "ticket"],
	"run.keep": ["node", "reason", "ticket"],
	"run.look-again": ["node", "reason", "ticket"],
	"run.uncordon": ["node", "reason", "ticket"],
	"migration.check-again": ["count", "names"],
	"migration.leave-out": ["count", "names"],
	"draft.create": ["direction", "count"],
	"draft.discard": ["migration"],
	"template.create": ["direction"],
	"template.rename": [],
	"template.delete": ["direction"],
} as const satisfies Record<string, readonly string[]>;

/** Values of which each is one of a few words, and those: read in the reader's language, kept and exported as they are. */
export const AUDIT_WORDS = {
	direction: ["migrate", "rollback"],
	withoutApi: ["yes", "no"],
	gate: ["canary", "control-plane"],
	by: ["known-hosts", "person"],
	choice: ["keep", "go-back"],
	kind: ["key", "password"],
	privilege: ["root", "sudo", "sudo-password"],
} as const;

export type AuditAction = keyof typeof AUDIT_VALUES;
export const AUDIT_ACTIONS = Object.keys(AUDIT_VALUES) as [AuditAction, ...AuditAction[]];

export const AUDIT_TARGET_KINDS = ["user", "cluster", "node", "host", "archive", "migration", "run", "template", "draft"] as const;

/** The action or kind that a text names; undefined where it names none. */
export const auditAction = (text: string | null) => AUDIT_ACTIONS.find((action) => action === text);
export const targetKind = (text: string | null) => AUDIT_TARGET_KINDS.find((kind) => kind === text);

/** So many events a file takes, the newest. */
export const MOST_EXPORTED = 50_000;
