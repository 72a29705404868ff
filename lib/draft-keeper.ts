import { ApiError } from "./api-client.ts";
import type { DraftInput, DraftStep, MigrationDraft } from "./contracts/draft.ts";
import { continued, type DraftLine, type KeptDraft, type Meeting, meet, NEW_LINE, refused, sent } from "./draft-line.ts";

/** So long after the last change it is saved, milliseconds. */
export const SAVE_AFTER_MS = 600;

/** What a browser keeps of a draft that the server may not have. */
export interface UnsavedDraft {
	content: MigrationDraft;
	/** As in a save: what it was made of, and what was sent of it since. */
	basedOn: string | null;
	unanswered: readonly string[];
}

/** What a DraftKeeper needs of its surroundings. */
export interface DraftPorts {
	/** `keepalive`: also where the page goes meanwhile. Throws ApiError. */
	save(input: DraftInput, keepalive: boolean): Promise<{ revision: string }>;
	/** As it is kept now. Throws ApiError. */
	read(): Promise<KeptDraft>;
	remember(unsaved: UnsavedDraft): void;
	forget(): void;
	/** A name that no other content has. */
	newRevision(): string;
}

export interface DraftState {
	/** Null until it is open. */
	content: MigrationDraft | null;
	/** "none": there is nothing to save. */
	saving: "saved" | "saving" | "unsaved" | "none";
	/** What keeps it from being saved. */
	error: unknown;
	/** It was changed both here and elsewhere, `kept` as the server has it now, or it is gone: nothing is saved until one of both is chosen. */
	asking: { kept: KeptDraft | null } | null;
	/** The server has it, or had it. */
	known: boolean;
	/** How often what is shown was replaced by what was kept elsewhere: fields that keep their own text are made anew. */
	replaced: number;
}

/**
 * One draft as it is entered on a page, saved a moment after each change, one request after the other, each of the newest content. What
 * was changed elsewhere is taken over where nothing is unsaved here; otherwise it is asked which of both stays.
 */
export class DraftKeeper {
	readonly #ports: DraftPorts;
	readonly #listeners = new Set<() => void>();
	#state: DraftState;
	#line: DraftLine = NEW_LINE;
	#step: DraftStep;
	/** Changes by a person, and how many of them are saved. */
	#changes = 0;
	#savedChanges = 0;
	/** Something is to be sent: changes, or only where it was left. */
	#due = false;
	#sending = false;
	#running: Promise<void> | null = null;
	#timer: ReturnType<typeof setTimeout> | undefined;
	/** What the server has said meanwhile. */
	#heard: { kept: KeptDraft | null } | null = null;

	constructor(ports: DraftPorts, { known, step }: { known: boolean; step: DraftStep }) {
		this.#ports = ports;
		this.#step = step;
		this.#state = { content: null, saving: "none", error: null, asking: null, known, replaced: 0 };
	}

	/** Calls `listener` at each change of the state. Returns how to stop. */
	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	};

	readonly state = (): DraftState => this.#state;

	/** Begins a new one; `entered`: it is worth keeping already. */
	begin(content: MigrationDraft, entered: boolean): void {
		this.#set({ content });
		if (entered) this.#touch();
	}

	/** Opens it as it is kept; `unsaved` is what this browser has of it, which goes before where nobody changed it elsewhere. */
	open(kept: KeptDraft, unsaved: UnsavedDraft | null): void {
		if (unsaved === null) {
			this.#line = { ...NEW_LINE, base: kept };
			this.#set({ content: kept.content, saving: "saved" });
			return;
		}
		this.#openUnsaved(unsaved);
		if (kept.revision === unsaved.basedOn) this.#line = continued(this.#line, kept);
		this.#meet(kept);
		if (this.#due && this.#state.asking === null) void this.save().catch(() => undefined);
	}

	/** Opens what only this browser has: the server never took it, or it is gone there. */
	openUnkept(unsaved: UnsavedDraft): void {
		this.#openUnsaved(unsaved);
		if (unsaved.basedOn !== null) this.#ask(null);
		else {
			this.#set({ known: false });
			void this.save().catch(() => undefined);
		}
	}

	/** A person has changed something. */
	change(part: Partial<MigrationDraft>): void {
		if (this.#state.content === null) return;
		this.#set({ content: { ...this.#state.content, ...part } });
		this.#touch();
	}

	/** The same of what nobody entered: saved with the next change only. */
	prefill(part: Partial<MigrationDraft>): void {
		if (this.#state.content !== null) this.#set({ content: { ...this.#state.content, ...part } });
	}

	/** Where the person is now; kept with the content. */
	goTo(step: DraftStep): void {
		if (this.#step === step) return;
		this.#step = step;
		if (this.#line.base === null || this.#state.content === null || this.#state.asking) return;
		this.#due = true;
		void this.save().catch(() => undefined);
	}

	/**
	 * Saves now what is not saved yet; with a step, also that nothing was. Throws what keeps it from that, and where it was changed elsewhere:
	 * then what is shown afterwards is not what was to be saved.
	 */
	async save(step?: DraftStep): Promise<void> {
		if (step) {
			this.#step = step;
			this.#due = true;
		}
		const { replaced } = this.#state;
		while (this.#running) await this.#running.catch(() => undefined);
		if (this.#state.replaced !== replaced) throw changedElsewhere();
		if (!this.#due || this.#state.content === null) return;
		if (this.#state.asking) throw changedElsewhere();
		clearTimeout(this.#timer);
		this.#running = this.#send();
		try {
			await this.#running;
		} finally {
			this.#running = null;
			this.#look();
		}
	}

	/** What the server keeps, null where the draft is gone: by a read that was begun after this page knew of it. */
	heard(kept: KeptDraft | null): void {
		this.#heard = { kept };
		this.#look();
	}

	/** The answer to what is asked: what is kept stays, and what was entered here goes. Of one that is gone nothing is left to save. */
	takeKept(): void {
		const { asking } = this.#state;
		if (asking?.kept) this.#take(asking.kept);
		else this.#clean(this.#step);
	}

	/** The other answer: what is entered here is saved over it. */
	keepMine(): void {
		const { asking } = this.#state;
		if (asking === null) return;
		this.#line = asking.kept ? continued(this.#line, asking.kept) : NEW_LINE;
		this.#heard = null;
		this.#changes += 1;
		this.#due = true;
		this.#set({ asking: null, known: asking.kept !== null, saving: "saving" });
		void this.save().catch(() => undefined);
	}

	/**
	 * The person leaves, perhaps to come back: what is not saved is sent all the same, and remembered where that is lost. `pageGoes`: what is
	 * on its way to the server goes with the page.
	 */
	leave(pageGoes: boolean): void {
		const { content, asking } = this.#state;
		clearTimeout(this.#timer);
		if (content === null || !(this.#due || (pageGoes && this.#sending))) return;
		if (asking) {
			this.#remember();
			return;
		}
		const { input, done } = this.#prepare(content);
		this.#remember();
		void this.#ports.save(input, true).then(done, () => undefined);
	}

	async #send(): Promise<void> {
		for (;;) {
			const { content } = this.#state;
			if (content === null) return;
			const { input, done } = this.#prepare(content);
			this.#due = false;
			this.#sending = true;
			this.#set({ saving: "saving" });
			try {
				done(await this.#ports.save(input, false));
				return;
			} catch (cause) {
				this.#due = true;
				if (isRefusal(cause)) this.#line = refused(this.#line, input.revision);
				if (!(await this.#goesOn(cause, input.basedOn))) return;
			} finally {
				this.#sending = false;
			}
		}
	}

	/** After a save that failed: whether it is sent once more at once. Throws where it is not and something is unsaved, or was. */
	async #goesOn(cause: unknown, basedOn: string | null): Promise<boolean> {
		const code = cause instanceof ApiError ? cause.problem.code : null;
		let shown = cause;
		if (code === "inventory.not-found" && this.#line.base !== null) {
			this.#ask(null);
			throw cause;
		}
		if (code === "draft.changed-elsewhere") {
			try {
				const meeting = this.#meet(await this.#ports.read());
				if (meeting === "same") return false;
				// Nobody changed it elsewhere after all, or it was saved by the way as the page went and came back.
				if (meeting === "unchanged" || (meeting === "known" && this.#line.base?.revision !== basedOn)) return true;
				if (meeting !== "known") throw cause;
			} catch (error) {
				if (error === cause) throw cause;
				shown = error;
			}
		}
		this.#remember();
		this.#set({ saving: "unsaved", error: shown });
		throw cause;
	}

	/** A save of this content, and what its answer comes to. */
	#prepare(content: MigrationDraft): { input: DraftInput; done: (answer: { revision: string }) => void } {
		const { base, unanswered } = this.#line;
		const revision = this.#ports.newRevision();
		const step = this.#step;
		const changes = this.#changes;
		this.#line = sent(this.#line, revision);
		const done = (answer: { revision: string }) => {
			this.#line = continued(answer.revision === revision ? this.#line : refused(this.#line, revision), { ...answer, content });
			this.#savedChanges = Math.max(this.#savedChanges, changes);
			const all = this.#savedChanges === this.#changes;
			if (all) this.#clean(step);
			this.#set({ known: true, error: null, saving: all ? "saved" : "saving" });
		};
		return { input: { content, step, revision, basedOn: base?.revision ?? null, unanswered: [...unanswered] }, done };
	}

	/** Looks at what was heard, unless an answer is under way that may be about the same. */
	#look(): void {
		if (this.#heard === null || this.#running !== null || this.#state.content === null) return;
		const { kept } = this.#heard;
		this.#heard = null;
		if (kept !== null) this.#meet(kept);
		// What was never taken cannot be gone.
		else if (this.#line.base !== null) this.#ask(null);
	}

	#meet(kept: KeptDraft): Meeting {
		const { content, asking } = this.#state;
		if (content === null) return "known";
		const meeting = meet(this.#line, kept, { content, changed: this.#changes > this.#savedChanges });
		if (meeting === "theirs") this.#take(kept);
		if (meeting === "both") this.#ask(kept);
		if (meeting === "same" || meeting === "unchanged") this.#line = continued(this.#line, kept);
		if (meeting === "same") {
			this.#clean(this.#step);
			this.#set({ known: true, asking: null, error: null, saving: "saved" });
		}
		if (meeting === "unchanged" && asking) {
			this.#set({ asking: null, saving: "saving" });
			this.#schedule();
		}
		return meeting;
	}

	#take(kept: KeptDraft): void {
		this.#line = continued(this.#line, kept);
		this.#clean(this.#step);
		const replaced = this.#state.replaced + 1;
		this.#set({ content: kept.content, known: true, asking: null, error: null, saving: "saved", replaced });
	}

	#ask(kept: KeptDraft | null): void {
		const { asking } = this.#state;
		if (asking && asking.kept?.revision === kept?.revision) return;
		clearTimeout(this.#timer);
		this.#remember();
		this.#set({ asking: { kept }, error: null, saving: "unsaved" });
	}

	#openUnsaved({ content, basedOn, unanswered }: UnsavedDraft): void {
		this.#line = { ...NEW_LINE, base: basedOn === null ? null : { revision: basedOn, content: null }, unanswered };
		this.#changes = 1;
		this.#due = true;
		this.#set({ content, saving: "saving" });
	}

	#touch(): void {
		this.#changes += 1;
		this.#due = true;
		this.#set({ saving: this.#state.asking ? "unsaved" : "saving" });
		this.#schedule();
	}

	/** Saved a moment later; remembered only, while it is asked. */
	#schedule(): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => {
			if (this.#state.asking) this.#remember();
			else void this.save().catch(() => undefined);
		}, SAVE_AFTER_MS);
	}

	/** Only what a person has entered: else it would be asked about for nothing. */
	#remember(): void {
		const { content } = this.#state;
		if (this.#changes === this.#savedChanges) return;
		const { base, unanswered } = this.#line;
		if (content !== null) this.#ports.remember({ content, basedOn: base?.revision ?? null, unanswered });
	}

	/** Nothing that was entered here is unsaved any more; `step`: where it is kept to be. */
	#clean(step: DraftStep): void {
		clearTimeout(this.#timer);
		this.#due = this.#step !== step;
		this.#savedChanges = this.#changes;
		this.#ports.forget();
	}

	#set(part: Partial<DraftState>): void {
		this.#state = { ...this.#state, ...part };
		for (const listener of [...this.#listeners]) listener();
	}
}

function changedElsewhere(): ApiError {
	return new ApiError({ type: "about:blank", status: 409, code: "draft.changed-elsewhere", values: {}, requestId: "" });
}

/** The server has answered that it did not take it; anything else may have been taken all the same. */
function isRefusal(cause: unknown): boolean {
	return cause instanceof ApiError && cause.problem.status >= 400 && cause.problem.status < 500;
}
