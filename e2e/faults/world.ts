/** What a fault can lay hands on, whatever the nodes are made of. Times are seconds of the world's own clock. */
export interface World {
	readonly consoles: ConsoleHands;
	/** The line between consoles and the node that goes over. */
	readonly ssh: LineHands;
	/** The line between consoles and the cluster's API. */
	readonly api: LineHands;
	/** The node that goes over. */
	readonly node: NodeHands;
	readonly cluster: ClusterHands;
	readonly person: PersonHands;
	/** Goes on beside everything else; what it throws breaks the promise. */
	later(work: () => Promise<void>): void;
	wait(seconds: number): Promise<void>;
	/** Follows from the case's seed; in [0, 1). */
	random(): number;
	/** One of them, by the case's seed. */
	oneOf<T>(several: readonly [T, ...T[]] | readonly T[]): T;
	/** What a fault itself found broken. */
	wrong(text: string): void;
}

export interface ConsoleHands {
	/** SIGKILL. */
	kill(): Promise<void>;
	/** SIGTERM; gives the seconds that it took. */
	stop(): Promise<number>;
	/** SIGSTOP. */
	freeze(): void;
	/** SIGCONT, for every console that is frozen. */
	thaw(): void;
	/** Another process on the same database. `shared`: it expects others to carry runs of it. */
	start(options?: { shared?: boolean }): Promise<void>;
	/** A further console, with a database of its own, plans the same migration of the same node. */
	planStranger(): Promise<void>;
	/** It starts what it has planned; resolves when that has ended, with how. */
	startStranger(): Promise<{ state: string; code: string | null; values: Record<string, unknown> }>;
	/**
	 * Power cut of its machine in the middle of the next write to its database: what was not on its disk is cut or garbled at a byte
	 * that `random` says. Resolves when the machine has booted; nobody has started the console.
	 */
	losePower(random: () => number): Promise<void>;
	fillDisk(): Promise<void>;
	makeRoom(): Promise<void>;
	lockDatabase(): Promise<void>;
	unlockDatabase(): Promise<void>;
}

export interface LineHands {
	/** Open connections end with a reset. */
	reset(): Promise<void>;
	/** Nothing passes and nothing is closed. */
	silence(): Promise<void>;
	refuse(): Promise<void>;
	/** Each way. */
	delay(ms: number): Promise<void>;
	/** A share of the packets is lost, and repeated as TCP does it. */
	lose(share: number): Promise<void>;
	heal(): Promise<void>;
}

/** A unit that does not start from now on: at all, or with what the migration leads to. */
export type BrokenStart = "containerd" | "containerd-as-changed" | "kubelet" | "kubelet-as-changed" | "docker";

export interface NodeHands {
	readonly name: string;
	reboot(options: { orderly: boolean }): Promise<void>;
	/** No byte is left on its disk, once so many more writes have gone through. */
	fillDisk(options: { afterWrites: number }): Promise<void>;
	makeRoom(): Promise<void>;
	makeReadOnly(): Promise<void>;
	makeWritable(): Promise<void>;
	/** Every SSH connection ends; new ones are taken. */
	restartSshd(): Promise<void>;
	/** It answers with another key; `accept` is a person's word that this one is right. */
	changeHostKey(): Promise<{ accept(): void }>;
	breakStart(what: BrokenStart): Promise<void>;
	mendStart(what: BrokenStart): Promise<void>;
	/** containerd starts from now on without a CRI that answers. */
	breakCri(): Promise<void>;
	mendCri(): Promise<void>;
	/** Docker does not end when it is told to. */
	deafenDocker(): Promise<void>;
	/** The next command of the run's scripts never comes back by itself. */
	hangNextCommand(): Promise<void>;
	/** The run's script is killed, as where memory runs out: one process of it, or with `whole` all that its unit holds. */
	killRunner(whole: boolean): Promise<void>;
	/** sudo takes the account's password no more. */
	expirePassword(): Promise<void>;
	renewPassword(): Promise<void>;
}

export interface ClusterHands {
	/** A budget that gives no pod of the node. */
	forbidEvictions(): Promise<void>;
	allowEvictions(): Promise<void>;
	/** The node's object is gone; its kubelet makes it anew when it starts again. */
	deleteNode(): Promise<void>;
	/** An admission webhook denies every change of a node, and every eviction. */
	denyChanges(): Promise<void>;
	allowChanges(): Promise<void>;
	/** Another member of etcd is gone: without this node's own there is no quorum. */
	loseEtcdMember(): Promise<void>;
	restoreEtcdMember(): Promise<void>;
}

/** A person at the console; what it refuses by name is an answer and no failure. */
export interface PersonHands {
	cancel(): Promise<void>;
	pause(): Promise<void>;
	resume(): Promise<void>;
	retry(): Promise<void>;
}
