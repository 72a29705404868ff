/** Who may sign in over SSH, and how sudo treats them. */
export interface Account {
	user: string;
	uid: number;
	/** SSH takes it, and so does sudo. */
	password?: string;
	sudo: "root" | "with-password" | "without-password" | "none";
	/** Its password must be changed before sudo does anything. */
	expired?: boolean;
}

export class Accounts {
	constructor(private readonly accounts: readonly Account[]) {}

	byName(user: string): Account | undefined {
		return this.accounts.find((account) => account.user === user);
	}

	byUid(uid: number): Account | undefined {
		return this.accounts.find((account) => account.uid === uid);
	}

	nameOf(uid: number): string {
		return this.byUid(uid)?.user ?? String(uid);
	}
}
